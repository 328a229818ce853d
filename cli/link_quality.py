"""What `workforce link quality` does: gather what the releases say of the links, write the report, say where it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cli.terminal import TICK, console, say
from home import Home

if TYPE_CHECKING:
    from linkage.quality_published import MatchRate, Moves, Published

RATES_SQL = """
select
    source_name, other_source_name, slice_code, slice_value, denominator_count, numerator_count, matched_share::double,
    is_comparable
from rpt_linkage_quality
where slice_code <> 'ALL'
order by slice_code, slice_value, source_name, other_source_name
"""


def write(out: Path | None) -> None:
    """Write the report of the links of now."""
    from linkage.quality import write_quality

    home = Home.from_env()
    page = write_quality(home, out or home.linkage_quality, published(home))
    say(console(), f"{TICK} Wrote {page} and a CSV file per table beside it.")


def published(home: Home) -> Published:
    """Match rates of the current release, and what moved since the one before it; None where there is none."""
    from linkage.quality_published import Published

    if not home.current.exists():
        return Published()
    current = home.current.resolve()
    return Published(_rates(current), _moves(home, current))


def _rates(release: Path) -> Sequence[MatchRate] | None:
    import duckdb

    from linkage.quality_published import MatchRate

    with duckdb.connect(str(release), read_only=True) as con:
        try:
            return [MatchRate(*row) for row in con.execute(RATES_SQL).fetchall()]
        except duckdb.CatalogException:
            return None  # a release from before the report


def _moves(home: Home, release: Path) -> Moves | None:
    import publish
    from linkage.quality_published import MovedFigure, MovedReport, Moves

    earlier = publish.release_before(home, release)
    if earlier is None:
        return None
    try:
        found = publish.compare(earlier, release)
    except publish.NotComparable:
        return None
    reports = [
        MovedReport(one.report, one.compared, one.changed, one.added, one.removed)
        for one in found.reports
        if not one.is_still
    ]
    return Moves(found.before, found.after, reports, [MovedFigure(*row[:5]) for row in found.rows])
