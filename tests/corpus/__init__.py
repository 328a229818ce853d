"""Bad files: what agencies really send, made from each source's valid sample, each with what must become of it.

Belongs here: making the files and judging the gate's verdict on them. Does not: the gate's own unit tests.
`python -m tests.corpus` prints the table: right, over-strict, silently wrong, crashed.
"""
