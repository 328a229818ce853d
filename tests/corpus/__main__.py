"""`python -m tests.corpus [SOURCE ...]`: run every bad file against its source and print the table."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import contracts
from tests.corpus.judge import judge_source, table


def main(names: list[str]) -> int:
    """Exit code 0 when nothing was silently wrong or crashed."""
    judged = []
    with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
        for source in names or contracts.source_names():
            try:
                judged += judge_source(source, Path(folder))
            except LookupError as missing:
                print(missing)
    for one in judged:
        if one.verdict != "right":
            print(f"{one.verdict}: {one.source}: {one.case}: {one.told}")
    print(table(judged))
    return int(any(one.verdict in ("silently wrong", "crashed") for one in judged))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
