"""Speed and memory against bare engines and the usual way, as ratios of one run, because machines differ.

Belongs here: what is measured and how. Does not: tests; nothing here decides whether a change is right.
"""
