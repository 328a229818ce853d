"""The submission calendar: which periods of a source are due, late, missing or shrunken on a day.

Belongs here: counting periods and days from a contract and what arrived. Does not: any clock (the caller says the day),
showing (cli, orchestration).

A period is due `due_days` after it ends. Nothing accepted by then: it is late; nothing after twice that time, or
thirty days later if that is longer: it is missing. An extract taken before its period had ended is interim and settles
nothing. A year that arrived settles its quarters and months. Periods before a source's first one are not expected.
A submission is shrunken when it has fewer than SHRUNKEN of the rows that are usual in its sender's periods before it.
What is due is due from the source: in one of several senders, the first that sends a period settles it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from contracts import Source
from ingest.comparison import FEWEST, NEWEST
from ingest.naming import PERIOD, period_span

SHRUNKEN = 0.7
GRACE_DAYS = 30
LENGTHS = {"month": 31, "quarter": 92, "year": 366, "school_year": 366}
"""Days of the longest period of a kind."""


@dataclass(frozen=True)
class Arrival:
    """One accepted batch, as the calendar sees it: of which period, taken when, how many rows, and whether in use."""

    period: str
    extracted: date
    rows: int = 0
    is_held: bool = False
    is_delta: bool = False
    submitter: str = ""
    """Who sent it, in a source of several senders: what one of them sends is held against its own."""

    @property
    def span(self) -> tuple[date, date]:
        return _span(self.period)

    @property
    def is_interim(self) -> bool:
        return self.extracted <= self.span[1]


@dataclass(frozen=True)
class Due:
    """A period that is expected, and its days."""

    period: str
    ends: date
    due: date
    missing_after: date


@dataclass(frozen=True)
class Timeliness:
    """How a source stands on a day. Without a last period nothing has arrived yet, and nothing is expected."""

    source: str
    day: date
    last: Arrival | None = None
    next_due: Due | None = None
    late: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    shrunken: tuple[str, ...] = ()

    @property
    def is_on_time(self) -> bool:
        return not (self.late or self.missing)


def overview(warehouse: Path, sources: Sequence[Source], day: date | None = None) -> list[Timeliness]:
    """How each of these sources stands on `day`; without one, on the day of the newest extract in use."""
    arrivals = read_arrivals(warehouse) if warehouse.exists() else {}
    day = day or newest_extract(arrivals.values()) or date.min
    return [timeliness(source, arrivals.get(source.name, ()), day) for source in sources]


def timeliness(source: Source, arrivals: Sequence[Arrival], day: date) -> Timeliness:
    """How a source stands on `day`, by what had been extracted until then."""
    known = [arrival for arrival in arrivals if arrival.extracted <= day]
    if not known:
        return Timeliness(source.name, day)
    used = sorted((one for one in known if not one.is_held), key=lambda one: (one.span, one.extracted))
    settled = [one.span for one in used if not one.is_interim]
    held = sorted({one.period for one in known if one.is_held})
    late, missing, next_due = [], [], None
    for due in _expected(source, known):
        open_ = due.period not in held and not any(
            first <= _span(due.period)[0] and due.ends <= last for first, last in settled
        )
        if open_ and day <= due.due:
            next_due = due
            break
        if open_:
            (missing if day > due.missing_after else late).append(due.period)
    return Timeliness(
        source=source.name,
        day=day,
        last=used[-1] if used else None,
        next_due=next_due,
        late=tuple(late),
        missing=tuple(missing),
        held=tuple(_unless_replaced(known)),
        shrunken=tuple(_shrunken(used)),
    )


def due_of(source: Source, period: str) -> Due:
    """The days of one period of a source."""
    ends = _span(period)[1]
    patience = max(2 * source.due_days, source.due_days + GRACE_DAYS)
    return Due(period, ends, ends + timedelta(source.due_days), ends + timedelta(patience))


def longest_silence(source: Source) -> tuple[timedelta, timedelta]:
    """How long a source that is never late can be silent, and after how long a period is missing: one period's length
    and the days after it."""
    due = due_of(source, "2000")
    length = timedelta(LENGTHS[source.period_kind])
    return length + (due.due - due.ends), length + (due.missing_after - due.ends)


def following(period: str) -> str | None:
    """The label of the period after this one, of the same kind; None after the last one that has a label."""
    match = PERIOD.fullmatch(period)
    if match is None:
        raise ValueError(f"{period!r} is no period.")
    year = int(match["year"])
    for mark, width, last in (("quarter", 1, 4), ("month", 2, 12)):
        if match[mark]:
            over, number = divmod(int(match[mark]), last)
            return _labelled(f"{year + over}{mark[0].upper()}{number + 1:0{width}d}")
    return _labelled(f"{match['kind']}{year + 1}")


def _labelled(period: str) -> str | None:
    return period if PERIOD.fullmatch(period) else None


def read_arrivals(warehouse: Path) -> dict[str, list[Arrival]]:
    """Every accepted batch by source, from the ledger; opens the warehouse for reading only."""
    import duckdb

    connection = duckdb.connect(str(warehouse), read_only=True)
    try:
        rows = connection.execute(
            "select b.source, b.period, s.extract_ts::date, b.rows_accepted, coalesce(b.is_held, false), "
            "b.submission_mode = 'delta', coalesce(b.submitter, '') "
            "from ledger.batch b join ledger.sighting s using (batch_id) "
            "where b.outcome <> 'reject_file' and b.period is not null order by all"
        ).fetchall()
    finally:
        connection.close()
    found: dict[str, list[Arrival]] = {}
    for source, *arrival in rows:
        if PERIOD.fullmatch(arrival[0]):  # what was sent for a request is of no period
            found.setdefault(source, []).append(Arrival(*arrival))
    return found


def newest_extract(arrivals: Collection[Sequence[Arrival]]) -> date | None:
    """The day of the newest extract of any source: what a build is as of, and the day to judge by without a clock."""
    return max((one.extracted for every in arrivals for one in every if not one.is_held), default=None)


def _span(period: str) -> tuple[date, date]:
    span = period_span(period)
    if span is None:
        raise ValueError(f"{period!r} is no period.")
    return span


def _expected(source: Source, known: Sequence[Arrival]) -> Iterator[Due]:
    """Every period from the source's first one on, to the last that has a label."""
    of_kind = [one for one in known if _kind(one.period) == source.period_kind] or list(known)
    period: str | None = min(of_kind, key=lambda one: one.span).period
    while period is not None:
        yield due_of(source, period)
        period = following(period)


def _kind(period: str) -> str:
    match = PERIOD.fullmatch(period)
    assert match is not None
    if match["kind"] == "SY":
        return "school_year"
    return "quarter" if match["quarter"] else "month" if match["month"] else "year"


def _unless_replaced(known: Sequence[Arrival]) -> list[str]:
    """Periods of held extracts, unless a later one of the same sender is in use."""
    held: dict[tuple[str, str], date] = {}
    for one in known:
        if one.is_held:
            of = (one.period, one.submitter)
            held[of] = max(one.extracted, held.get(of, one.extracted))
    return sorted(
        {
            of[0]
            for of, day in held.items()
            if not any((one.period, one.submitter) == of and not one.is_held and one.extracted > day for one in known)
        }
    )


def _shrunken(used: Sequence[Arrival]) -> list[str]:
    """Periods in which a sender's newest whole extract has far fewer rows than is usual in its periods before."""
    found = set()
    for submitter in {one.submitter for one in used}:
        whole = [one for one in used if one.submitter == submitter and not one.is_interim and not one.is_delta]
        rows = {one.period: one.rows for one in whole}
        periods = list(rows)
        for place, period in enumerate(periods):
            before = [rows[past] for past in periods[max(0, place - NEWEST) : place] if _kind(past) == _kind(period)]
            if len(before) >= FEWEST and rows[period] < SHRUNKEN * median(before):
                found.add(period)
    return sorted(found, key=_span)
