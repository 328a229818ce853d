"""WHAT IT CHANGED: the net impact of a programme, measured against a comparison group made alike.

Belongs here: a propensity model, common support, weights or matches that make the comparison group alike, the effect
with its standard error, balance before and after. Does not: which persons, programmes and quarters are compared (dbt),
reading the warehouse, printing (cli). Imports nothing of ours.

`estimate` answers one question about one table. `design` and `effect` are its two halves, for many outcomes of one
comparison: the design never sees an outcome (Rubin 2008).
"""

from impact.design import Design, design
from impact.effect import Effect, effect
from impact.estimate import Estimate, Question, estimate
from impact.refusal import ImpactRefused
from impact.table import read_table

__all__ = ["Design", "Effect", "Estimate", "ImpactRefused", "Question", "design", "effect", "estimate", "read_table"]
