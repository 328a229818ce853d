"""WHEN: which step runs after which, what stops whom, what is looked at while it runs. The only importer of Dagster.

Belongs here: assets, checks, jobs, sensor, schedule, the in-process runs behind `workforce run`, the two processes
behind `workforce up`. Does not: how a file is loaded (ingest), who is who (linkage), what a number means (dbt_project),
what leaves (publish), how it looks in a terminal (cli). Dagster and dbt take seconds to import, so nothing is imported
here: take the module you need.
"""
