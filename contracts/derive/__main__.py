"""`python -m contracts.derive`: rewrite the committed derived files. --check: print what differs. --todo SOURCE."""

from __future__ import annotations

import argparse
import sys

from contracts.derive import committed, completeness
from contracts.errors import ContractError
from contracts.registry import sources

NOTHING = "Every derived file is as the contracts say."


def _check() -> int:
    wanted = committed.expected(sources())
    stale = committed.differences(wanted)
    gone = committed.left_over(wanted)
    for path, difference in stale.items():
        print(difference or f"{path}: missing")
    for path in gone:
        print(f"{path}: no contract asks for it")
    if stale or gone:
        print(f"{len(stale) + len(gone)} derived files differ from the contracts; run `make derive`.")
    else:
        print(NOTHING)
    return int(bool(stale or gone))


def _todo(name: str) -> int:
    todo = completeness.missing(name)
    print("\n".join(f"- {line}" for line in todo) if todo else f"{name} is complete.")
    return int(bool(todo))


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 when nothing differs or everything was written, 1 when something is to do, 2 for a wrong contract."""
    parser = argparse.ArgumentParser(prog="python -m contracts.derive", description=__doc__)
    parser.add_argument("--check", action="store_true", help="print what differs, change nothing")
    parser.add_argument("--todo", metavar="SOURCE", help="print what a source that is being added still misses")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.todo:
            return _todo(chosen.todo)
        if chosen.check:
            return _check()
        touched = committed.write(sources())
    except ContractError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(touched) if touched else NOTHING)
    return 0


if __name__ == "__main__":
    sys.exit(main())
