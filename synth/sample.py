"""`python -m synth.sample`: rewrite the committed sample, data/sample."""

from __future__ import annotations

from home import PROJECT_ROOT

PERSONS, SEED = 2_000, 20_260_115


def main() -> None:
    """Write data/sample/landing and data/sample/truth."""
    import synth

    synth.generate(PERSONS, SEED, PROJECT_ROOT / "data" / "sample")


if __name__ == "__main__":
    main()
