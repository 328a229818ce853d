"""`workforce synth`: an invented Connecticut of any size."""

from __future__ import annotations

from pathlib import Path

from cli.terminal import console


def invent(persons: int, seed: int, out: Path) -> None:
    """Write landing/ and truth/ below `out` and say what came of it."""
    import synth

    folder = out.resolve()
    synth.generate(persons=persons, seed=seed, out=folder)
    files = list((folder / "landing").rglob("*.csv"))
    size = sum(path.stat().st_size for path in files) / 1024 / 1024
    console().print(
        f"{persons:,} invented persons, seed {seed}: {len(files)} extracts, {size:,.1f} MB, in {folder / 'landing'}; "
        f"who is who in {folder / 'truth'}.\nNext: workforce run --landing {folder / 'landing'}",
        markup=False,
    )
