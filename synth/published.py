"""Published figures as the agency collects them, and the extract of each year: the one source that is not invented.

Belongs here: writing synth/data/published_figures.csv as extracts. Does not: the figures, or what follows from them.
"""

from __future__ import annotations

import pyarrow as pa

from synth.days import day
from synth.extracts import Delivery, Extract
from synth.tables import table

_COLLECTED = {2024: day("2025-02-14"), 2025: day("2026-01-15")}
"""Year collected to the day of its extract. The first holds all figures until then, undated ones included."""
_DATED = ("stat_period", "stat_vintage")


def _collected(row: dict[str, str]) -> int:
    """The year in which a figure could first be collected: it was published, and its period had begun."""
    years = [row[name].removeprefix("PY").removeprefix("SY").removeprefix("FY")[:4] for name in _DATED]
    return max([min(_COLLECTED), *(int(year) for year in years if year.isdigit())])


def write_published(delivery: Delivery) -> None:
    """What was collected in each year."""
    figures = table("published_figures")
    for year, taken in _COLLECTED.items():
        held = [row for row in figures if _collected(row) == year]
        columns = {name: pa.array([row[name] or None for row in held], pa.string()) for name in figures[0]}
        delivery.write(Extract("external_stat", str(year), taken), columns, None)
