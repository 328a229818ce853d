"""What the published numbers add to the quality report: match rates by race, and the figures that moved.

Belongs here: tables and notes from rows the caller gives; what of them is too few to be shown. Does not: reading
releases (the caller does: this package knows no report), counting links in the vault (`quality_tables`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from linkage.quality_tables import SMALLEST_COUNT, UNDER, Table, heads

COUNT_SUFFIX = "_count"
"""How the reports name their counts."""

NO_RATES = (
    "Race is not in the vault, so no table here is by race: race is in the warehouse, and the current release has no"
    " match rates by race. `workforce run` publishes them."
)
NO_MOVES = (
    "Which published numbers moved is open: it takes two releases that can be compared, and there are not."
    " The vault has the persons touched by each run (see Runs) and no published number."
)


@dataclass(frozen=True)
class MatchRate:
    """Of the persons of a group whom one source knows, how many the other knows too. `is_comparable` says whether the
    group is as large as the rules ask before a share is looked at."""

    source: str
    other_source: str
    grouped_by: str
    value: str
    persons: int
    with_the_other: int
    share: float | None
    is_comparable: bool


@dataclass(frozen=True)
class MovedReport:
    """One report in two releases: rows compared, rows with another figure, rows in one of the two only."""

    report: str
    compared: int
    changed: int
    added: int
    removed: int


@dataclass(frozen=True)
class MovedFigure:
    """One figure that is not the same in both: the row's key, the column, and the two values as text."""

    report: str
    row: str
    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Moves:
    """What moved from release `before` to release `after`."""

    before: str
    after: str
    reports: Sequence[MovedReport]
    figures: Sequence[MovedFigure]


@dataclass(frozen=True)
class Published:
    """What the caller found in the releases; None where there is nothing to find."""

    rates: Sequence[MatchRate] | None = None
    moves: Moves | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What stays open, and why."""
        return (*([] if self.rates else [NO_RATES]), *([] if self.moves else [NO_MOVES]))

    @property
    def tables(self) -> tuple[Table, ...]:
        return (*([_rates(self.rates)] if self.rates else []), *(_moved(self.moves) if self.moves else []))


def _rates(rates: Sequence[MatchRate]) -> Table:
    return Table(
        "match_rate_published",
        "Match rates by race, sex, birth decade and SSN",
        "Of the persons of a group whom one source knows, how many the other knows too (ANY: any other), as published"
        " in the current release. A group too small to be compared has no share.",
        heads("source", "other_source", "grouped_by", "value", "persons:count", "with_the_other:count",
              "share:share:persons+with_the_other"),
        [
            (one.source, one.other_source, one.grouped_by, one.value, one.persons, one.with_the_other,
             one.share if one.is_comparable else None)
            for one in rates
        ],
    )  # fmt: skip


def _moved(moves: Moves) -> tuple[Table, Table]:
    between = f"From release {moves.before} to release {moves.after}."
    return (
        Table(
            "moved_report",
            "Published reports that moved",
            f"{between} Rows of a report that are in both with another figure, or in one of the two only. New data move"
            " figures as well as new links do: `workforce trace` says what is behind one of them.",
            heads("report", "rows:count", "changed:count", "added:count", "removed:count"),
            [(one.report, one.compared, one.changed, one.added, one.removed) for one in moves.reports],
        ),
        Table(
            "moved_figure",
            "Published figures that moved",
            f"{between} A count under {SMALLEST_COUNT} is not shown, nor is any other figure unless a count of its row"
            " moved too and all that moved are large enough to show it.",
            heads("report", "row", "figure", "before", "after"),
            _figures(moves.figures),
        ),
    )


def _figures(figures: Sequence[MovedFigure]) -> list[tuple[Any, ...]]:
    large: dict[tuple[str, str], bool] = {}
    for one in figures:
        if one.column.endswith(COUNT_SUFFIX):
            row = one.report, one.row
            large[row] = large.get(row, True) and not (_is_few(one.before) or _is_few(one.after))
    shown = []
    for one in figures:
        if one.column.endswith(COUNT_SUFFIX):
            values = [UNDER if _is_few(value) else value for value in (one.before, one.after)]
        else:
            values = [one.before, one.after] if large.get((one.report, one.row)) else [None, None]
        shown.append((one.report, one.row, one.column, *values))
    return shown


def _is_few(value: str | None) -> bool:
    return value is not None and 0 < abs(float(value)) < SMALLEST_COUNT
