"""One dbt build in this process: parse once, build into a new file, close every connection.

A dbt subprocess per run costs seconds for imports and parsing; here the parsed project is kept and passed in.
Belongs here: calling dbt and reading its result. Does not: Dagster's view of it (`dbt_assets`), what a model means.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from home import PROJECT_ROOT, Home
from orchestration.debugging import is_debug
from orchestration.faults import FULL_WORDS

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

PROJECT = PROJECT_ROOT / "dbt_project"
QUIET = (
    "--no-use-colors",
    "--log-level=none",
    "--no-print",
    "--no-send-anonymous-usage-stats",
    "--no-version-check",
)
KEPT = Path(sys.prefix) / "dbt-parsed"
"""The project as set-up parsed it. It is used while it was parsed from exactly the files there are."""
PARSED_BINARY, PARSED_JSON, STAMP = "partial_parse.msgpack", "manifest.json", "parsed-from.txt"
PARSED = ("*.sql", "*.py", "*.yml", "*.yaml", "*.md", "*.csv")
SCHEMA_ERROR = re.compile(r"^\s*((?:Binder|Parser|Catalog|Compilation) Error:? [^\n]*)", re.MULTILINE)
DATA_ERROR = re.compile(r"\b([A-Z][A-Za-z ]{2,30} Error)\b")


class BuildFailed(RuntimeError):
    """dbt could not even start on the models. The message says why."""


@dataclass(frozen=True)
class Node:
    """What became of one model, seed or test: `status` as dbt says it, `failures` the rows a test counted."""

    unique_id: str
    name: str
    kind: str
    status: str
    failures: int | None
    seconds: float
    reason: str

    @property
    def is_good(self) -> bool:
        return self.status in {"success", "pass", "warn"}

    @property
    def is_bad(self) -> bool:
        return self.status in {"error", "fail", "runtime error"}


@dataclass(frozen=True)
class Outcome:
    """Every node of one build, in the order dbt finished them. `is_whole`: all were built and every test passed."""

    nodes: tuple[Node, ...]
    is_whole: bool

    @property
    def bad(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.is_bad)


def manifest(home: Home, project: Path = PROJECT) -> Manifest:
    """The parsed project; parsed anew only when one of its files, or dbt itself, has changed."""
    from dbt.contracts.graph.manifest import Manifest

    digest = _digest(project)
    if folder := _parsed_in(home, digest):
        return Manifest.from_msgpack((folder / PARSED_BINARY).read_bytes())
    target = home.dbt / "target"
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    result = _invoke(home, project, ["parse"])
    if not result.success:
        raise BuildFailed(f"dbt cannot read the project in {project.name}/: {_without_values(str(result.exception))}")
    (target / STAMP).write_text(digest, encoding="utf-8")
    return result.result


def manifest_json(home: Home, project: Path = PROJECT) -> dict[str, Any]:
    """The parsed project as plain data, as Dagster's dbt library reads it."""
    import json

    digest = _digest(project)
    folder = _parsed_in(home, digest)
    if folder is None:
        manifest(home, project)
        folder = home.dbt / "target"
    return json.loads((folder / PARSED_JSON).read_text(encoding="utf-8"))


def keep_parsed() -> None:
    """Parse the project into the Python environment, for every home: what set-up does, as it compiles Python there.

    Nothing is done, and dbt not imported, when what is kept was parsed from the files there are.
    """
    if _is_parsed(KEPT, _digest(PROJECT)):
        return
    with tempfile.TemporaryDirectory() as scratch:
        home = Home(Path(scratch) / "home").ensure()
        manifest(home)
        KEPT.mkdir(exist_ok=True)
        for name in (STAMP, PARSED_BINARY, PARSED_JSON):
            (KEPT / name).unlink(missing_ok=True)
        for name in (PARSED_BINARY, PARSED_JSON, STAMP):
            shutil.copyfile(home.dbt / "target" / name, KEPT / name)


def _parsed_in(home: Home, digest: str) -> Path | None:
    return next((folder for folder in (KEPT, home.dbt / "target") if _is_parsed(folder, digest)), None)


def _is_parsed(target: Path, digest: str) -> bool:
    """Whether what is kept was parsed from exactly these files."""
    if not all((target / name).exists() for name in (PARSED_BINARY, PARSED_JSON, STAMP)):
        return False
    return (target / STAMP).read_text(encoding="utf-8") == digest


def build(home: Home, on_node: Callable[[int, int], None] | None = None, project: Path = PROJECT) -> Outcome:
    """Build and test every model into a new `home.marts_building_db`; unit tests are for the test suite, not for runs.

    `on_node(done, total)` is called as models and tests finish. The caller swaps the file in when all went well.
    Raises BuildFailed when dbt does not get as far as the first model, OSError (ENOSPC) when the disk is full.
    """
    parsed = manifest(home, project)
    discard_building(home)
    total = sum(1 for node in parsed.nodes.values() if node.resource_type in {"model", "seed", "test", "snapshot"})
    done = 0

    def heard(event: Any) -> None:
        nonlocal done
        if event.info.name == "NodeFinished" and on_node:
            done += 1
            on_node(done, total)

    threads = os.environ.get("WORKFORCE_THREADS") or str(os.cpu_count() or 1)
    command = ["--no-write-json", "build", "--exclude-resource-type", "unit_test", "--threads", threads]
    result = _invoke(home, project, command, parsed, [heard])
    if result.result is None:
        raise BuildFailed(f"dbt could not start the build: {_without_values(str(result.exception))}")
    runs = result.result.results
    if any(FULL_WORDS.search(run.message or "") for run in runs):
        raise OSError(errno.ENOSPC, "no space left for the build")
    nodes = tuple(_node(run) for run in runs)
    return Outcome(nodes, is_whole=bool(result.success) and all(node.is_good for node in nodes))


def discard_building(home: Home) -> None:
    """Remove the file of an unfinished or failed build."""
    for path in home.marts_building_db.parent.glob(f"{home.marts_building_db.name}*"):
        path.unlink()


def swap_in(home: Home, outcome: Outcome) -> None:
    """Give the finished build its name, in one step; the last good one is replaced, never a mixture.

    The engine writes the tables into the file when it closes it, and says nothing when the disk refuses: so they are
    written out and looked for here. Raises BuildFailed when one is missing, the engine's error when the disk is full.
    """
    import duckdb

    connection = duckdb.connect(str(home.marts_building_db))
    try:
        connection.execute("checkpoint")
    finally:
        connection.close()
    if home.marts_building_db.with_name(f"{home.marts_building_db.name}.wal").exists():
        raise OSError(errno.EIO, "the build could not be written out")
    connection = duckdb.connect(str(home.marts_building_db), read_only=True)
    try:
        found = {name for (name,) in connection.execute("select table_name from information_schema.tables").fetchall()}
    finally:
        connection.close()
    expected = {node.name for node in outcome.nodes if node.kind in {"model", "seed"}}
    if missing := sorted(expected - found):
        raise BuildFailed(f"The build lost {', '.join(missing)} on its way to the disk; the last good tables stand.")
    handle = os.open(home.marts_building_db, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    home.marts_building_db.replace(home.marts_db)


def _node(run: Any) -> Node:
    return Node(
        unique_id=run.node.unique_id,
        name=run.node.name,
        kind=str(run.node.resource_type),
        status=str(run.status),
        failures=run.failures,
        seconds=round(run.execution_time, 3),
        reason=_without_values(run.message or "") if str(run.status) in {"error", "runtime error"} else "",
    )


def _without_values(message: str) -> str:
    """What may be repeated of a dbt or engine message: names of tables and columns yes, the content of a cell never."""
    if found := SCHEMA_ERROR.search(message):
        return " ".join(found.group(1).split())[:300]
    kinds = DATA_ERROR.findall(message)
    return kinds[-1].strip() if kinds else "an error whose message is not repeated here"


def _invoke(
    home: Home, project: Path, command: Sequence[str], parsed: Manifest | None = None, callbacks: Any = None
) -> Any:
    from dbt.cli.main import dbtRunner

    folders = [
        "--project-dir",
        str(project),
        "--profiles-dir",
        str(project),
        "--target-path",
        str(home.dbt / "target"),
        "--log-path",
        str(home.dbt / "logs"),
    ]
    with _environment(home):
        try:
            log_level = f"--log-level-file={'debug' if is_debug() else 'none'}"
            return dbtRunner(manifest=parsed, callbacks=callbacks).invoke([*QUIET, log_level, *command, *folders])
        finally:
            _close()


def _close() -> None:
    """Let go of the database files: dbt's adapter otherwise keeps them, and their locks, until the process ends."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters

    reset_adapters()
    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
    DuckDBConnectionManager.close_all_connections()


@contextmanager
def _environment(home: Home) -> Iterator[None]:
    """What the dbt profile reads, and nothing left behind by a Python model, for the length of the block."""
    ours = {
        "WORKFORCE_MARTS_DB": str(home.marts_building_db),
        "WORKFORCE_WAREHOUSE_DB": str(home.warehouse_db),
        "WORKFORCE_DBT_KEEP_OPEN": "true",  # quicker, and reopening between two threads' models can lose the connection
        "DO_NOT_TRACK": "1",
    }
    before = {name: os.environ.get(name) for name in ours}
    keeps_no_bytecode = sys.dont_write_bytecode
    os.environ.update(ours)
    sys.dont_write_bytecode = True  # of the copy of a Python model in the system's temporary folder, which dbt removes
    try:
        yield
    finally:
        sys.dont_write_bytecode = keeps_no_bytecode
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _digest(project: Path) -> str:
    """Over every file dbt reads, and dbt's own version."""
    digest = hashlib.sha256(f"{version('dbt-core')} {version('dbt-duckdb')} {project}".encode())
    seeds = PROJECT_ROOT / "contracts" / "codes"
    for root in (project, seeds):
        for path in sorted(path for pattern in PARSED for path in root.rglob(pattern)):
            digest.update(f"{path.relative_to(root)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
