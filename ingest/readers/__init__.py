"""From an agency's bytes to rows of text: every format the same stream, parsed in a child process with limits.

Belongs here: formats, the child and its server, what can be wrong before a value is looked at. Does not: types, codes,
rules (contracts), staging. Nothing is sniffed: contract, file name and submission profile say what a file is.

Parent side: formats (what the file is declared to be), header (which heading is which field), client (the child's
keeper). Child side: server, child, and a module per format. Row numbers count records from 1 after the header; a blank
line takes a number but is no row.
"""
