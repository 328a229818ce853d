"""What `workforce link quality` does: write the report, say where it is."""

from __future__ import annotations

from pathlib import Path

from cli.terminal import TICK, console, say
from home import Home


def write(out: Path | None) -> None:
    """Write the report of the links of now."""
    from linkage.quality import write_quality

    home = Home.from_env()
    page = write_quality(home, out or home.linkage_quality)
    say(console(), f"{TICK} Wrote {page} and a CSV file per table beside it.")
