"""The `workforce` command: thin. Every command calls one other package and shows what came back.

Belongs here: arguments, terminal tables, exit codes. Does not: any rule, any number. Heavy packages are imported inside
the functions that need them, so `workforce --help` stays instant.
"""
