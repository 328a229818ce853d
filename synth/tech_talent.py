"""The Tech Talent Accelerator: counts per round, institution and pathway, the same in every Connecticut.

Belongs here: one extract per round. Does not: any person; the published totals are all that is known.
"""

from __future__ import annotations

import pyarrow as pa

from synth.days import day
from synth.extracts import Delivery, Extract
from synth.tables import table, text

_REPORTED = {"1": ("2023", "2024-02-15"), "2": ("2024", "2025-02-17")}
"""Round to the year of its report and the day of the extract."""


def write_tech_talent(delivery: Delivery) -> None:
    """One extract per round."""
    for number, (year, taken) in _REPORTED.items():
        cohorts = tuple(row for row in table("tta_cohorts") if row["tta_round"] == number)
        columns = {name: pa.array(text(cohorts, name), pa.string()) for name in cohorts[0]}
        columns |= {name: columns[name].cast(pa.int64()) for name in columns if name.endswith(("_count", "_round"))}
        delivery.write(Extract("tta_cohort", year, day(taken)), columns, None)
