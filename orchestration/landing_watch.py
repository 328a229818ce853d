"""Which sources have something new and settled in the landing folder. Plain data in, plain data out.

A file is settled when size and modification time are the same at two looks in a row. A source is ready when it has a
new file and none that is still being written. Belongs here: the decision. Does not: Dagster's sensor around it.
"""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingest.landing import folders

UNFINISHED = (".part", ".tmp", ".partial", ".filepart", ".crdownload", ".swp")

Stat = tuple[int, int]
"""Size in bytes and modification time in nanoseconds."""


def look(landing: Path, sources: list[str]) -> dict[str, Stat]:
    """Every file of every source's folders, as `source/name`; hidden and unfinished names are not looked at.

    A file below another name of the source is `source/other name/name`. What is no file (a link, a pipe) is seen too:
    the load refuses it with a sentence.
    """
    found: dict[str, Stat] = {}
    for source in sources:
        for folder in folders(landing, source):
            inside = f"{source}/" if folder.name == source else f"{source}/{folder.name}/"
            for path in sorted(folder.iterdir()):
                if path.name.startswith(".") or path.name.lower().endswith(UNFINISHED):
                    continue
                try:
                    facts = path.lstat()
                except FileNotFoundError:
                    continue  # taken away between listing and looking: the next look will not see it
                if path.suffix or not stat.S_ISDIR(facts.st_mode):
                    found[f"{inside}{path.name}"] = (facts.st_size, facts.st_mtime_ns)
    return found


@dataclass
class Watch:
    """What was seen at the last look, what has been handed to a load, and whether a build is owed since."""

    seen: dict[str, Stat] = field(default_factory=dict)
    taken: dict[str, Stat] = field(default_factory=dict)
    build_due: bool = False

    @classmethod
    def from_cursor(cls, cursor: str | None) -> Watch:
        if not cursor:
            return cls()
        kept = json.loads(cursor)
        return cls(
            seen={name: (size, at) for name, (size, at) in kept["seen"].items()},
            taken={name: (size, at) for name, (size, at) in kept["taken"].items()},
            build_due=kept["build_due"],
        )

    def to_cursor(self) -> str:
        return json.dumps({"seen": self.seen, "taken": self.taken, "build_due": self.build_due}, sort_keys=True)

    def ready(self, now: Mapping[str, Stat]) -> dict[str, str]:
        """Sources to load, each with a digest of the folder as it is; remembers them as taken and a build as owed."""
        fresh = {name for name, stat in now.items() if self.taken.get(name) != stat}
        moving = {name for name in fresh if self.seen.get(name) != now[name]}
        waiting = {name.split("/", 1)[0] for name in moving}
        sources = sorted({name.split("/", 1)[0] for name in fresh} - waiting)
        self.seen = dict(now)
        self.taken = {name: stat for name, stat in self.taken.items() if name in now}
        for name in fresh:
            if name.split("/", 1)[0] in sources:
                self.taken[name] = now[name]
        self.build_due = self.build_due or bool(sources)
        return {source: _digest(now, source) for source in sources}


def _digest(now: Mapping[str, Stat], source: str) -> str:
    listed = sorted((name, *stat) for name, stat in now.items() if name.startswith(f"{source}/"))
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()[:16]
