"""`python -m benchmarks`: every module here that has run(), its figures as a table. Minutes, not a test."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from datetime import date

import benchmarks


def main(wanted: list[str]) -> None:
    """Run the benchmarks named on the command line, or all."""
    print(f"{date.today()}, {os.cpu_count()} cores, {memory_gib():.0f} GiB of memory")
    for module in sorted(pkgutil.iter_modules(benchmarks.__path__), key=lambda found: found.name):
        if module.name.startswith("_") or (wanted and module.name not in wanted):
            continue
        loaded = importlib.import_module(f"benchmarks.{module.name}")
        if hasattr(loaded, "run"):
            print(f"\n{module.name}")
            for label, figure in loaded.run():
                print(f"  {label:58} {figure}", flush=True)


def memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


if __name__ == "__main__":
    main(sys.argv[1:])
