"""A new model from records at hand, for a person to review: a file beside a report, never the model in use.

Belongs here: where the records come from, old and new model on the same records, the two files. Does not: the
estimates (`train_fit`), the report's words (`train_report`), what is compared (`comparisons`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from home import Home
from home.paths import shown
from linkage import model as models
from linkage.comparisons import COLUMNS, COMPARISONS
from linkage.record_files import find_files
from linkage.records import load_records
from linkage.records_std import record_input
from linkage.run import LinkageError, open_vault
from linkage.score import Scorer
from linkage.scratch import MEMORY_LIMIT, in_sentences, into_place, scratch_engine
from linkage.standardise import view_sql, write_std
from linkage.train_fit import Fit, Key, fit, levels_of
from linkage.train_report import Outcome, moved, report

FEWEST = 100
"""Of fewer records no share can be told."""
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
PAIR = re.compile(r"\[\s+([^\s,\[\]]+),\s+([^\s,\[\]]+)\s+\]")
"""A level's m and u as `json` spreads them over four lines."""


@dataclass(frozen=True)
class Trained:
    """What came of it: records, links by the reviewed and the new model, levels that stayed and that moved far."""

    records: int
    links_before: int
    links_after: int
    kept: tuple[Key, ...]
    moved: tuple[Key, ...]
    model: Path
    report: Path


def train(
    home: Home,
    out: Path,
    version: str,
    *,
    records: Path | None = None,
    threads: int | None = None,
    memory_limit: str = MEMORY_LIMIT,
) -> Trained:
    """Writes a model called `version` to `out` (.json) and its report beside it (.report.md).

    Learns from the identities of the vault, or from the record files in `records`. Deterministic: the same records give
    the same bytes. Neither file holds a person's value. Raises LinkageError, in one sentence; then nothing was written.
    """
    reviewed = models.load()
    _refuse(out, version, reviewed.version)
    with _identities(home, records, threads, memory_limit) as (std, temp):
        if std.num_rows < FEWEST:
            raise LinkageError(f"Nothing can be learnt from {std.num_rows} records: it takes {FEWEST} at least.")
        limits = _Limits(temp, threads, memory_limit)
        before = _links(std, reviewed, limits)
        found = _fit(std, reviewed, before.pairs.size / (std.num_rows * (std.num_rows - 1) / 2), limits)
        data = _new_data(found, version, std.num_rows, reviewed.version)
        after = _links(std, models.from_data(data, out.name), limits)
    outcome = Outcome(
        version=version,
        records=std.num_rows,
        origin="the vault" if records is None else "record files",
        prior_before=before.prior,
        prior_after=after.prior,
        links_before=before.pairs.size,
        links_after=after.pairs.size,
        links_lost=np.setdiff1d(before.pairs, after.pairs).size,
        links_won=np.setdiff1d(after.pairs, before.pairs).size,
    )
    beside = out.with_suffix(".report.md")
    _write(beside, report(reviewed, found, outcome))
    _write(out, _as_text(data))
    kept = tuple(key for key in found.m if key in found.kept_m)
    far = tuple(moved(reviewed, found))
    return Trained(std.num_rows, outcome.links_before, outcome.links_after, kept, far, out, beside)


@dataclass(frozen=True)
class _Limits:
    """Of every database pairs are compared in. `temp`: the folder they spill to."""

    temp: str
    threads: int | None
    memory_limit: str


def _refuse(out: Path, version: str, reviewed: str) -> None:
    if out.suffix != ".json" or out.is_dir():
        raise LinkageError(f"The model is a file whose name ends in .json, and {shown(out)} is not.")
    if out.exists() and out.samefile(models.MODEL_FILE):
        raise LinkageError("That is the model in use: it stays until a new one has been reviewed; name another file.")
    if out.exists() and not _is_model(out):
        raise LinkageError(f"{shown(out)} is there already and is no model: name another file.")
    if not VERSION.fullmatch(version):
        raise LinkageError("The version is up to 40 letters, digits, full stops, hyphens and underscores.")
    if version == reviewed:
        raise LinkageError(f"{version} is the model in use: every link says its model, so a new one needs a new name.")


def _is_model(path: Path) -> bool:
    """Whether a file is a model, of any version: it may be made again."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return isinstance(data, dict) and {"model_version", "comparisons"} <= data.keys()


@contextmanager
def _identities(
    home: Home, records: Path | None, threads: int | None, memory_limit: str
) -> Iterator[tuple[pa.Table, str]]:
    """What is compared of every identity, by n; and a folder to spill to while the block runs."""
    if records is not None:
        files, _ = find_files(records)
        with scratch_engine(threads=threads, memory_limit=memory_limit) as con:
            load_records(con, records, files)
            yield _standardised(con, view_sql(record_input(con, "record")))
        return
    con = open_vault(home, read_only=True, threads=threads)
    try:
        with in_sentences(home.scratch, memory_limit):
            con.execute("set memory_limit = ?", [memory_limit])
            yield _standardised(con, view_sql())
    finally:
        con.close()


def _standardised(con: duckdb.DuckDBPyConnection, identities: str) -> tuple[pa.Table, str]:
    con.execute(f"create temp view identity_to_learn as {identities}")
    write_std(con, "identity_to_learn")
    [(temp,)] = con.execute("select current_setting('temp_directory')").fetchall()
    return con.sql(f"select {', '.join(COLUMNS)} from std order by n").to_arrow_table(), temp


def _fit(std: pa.Table, reviewed: models.Model, true_share: float, limits: _Limits) -> Fit:
    with duckdb.connect(":memory:") as con:
        con.execute("set temp_directory = ?", [limits.temp])
        con.execute("set memory_limit = ?", [limits.memory_limit])
        if limits.threads:
            con.execute("set threads = ?", [int(limits.threads)])
        con.register("std_given", std)
        con.execute("create table std as select * from std_given")
        con.unregister("std_given")
        return fit(con, reviewed, true_share)


@dataclass(frozen=True)
class _Links:
    """Pairs a model links by their weight, before anything is refused, each as one number; the prior it settled on."""

    pairs: np.ndarray
    prior: float


def _links(std: pa.Table, model: models.Model, limits: _Limits) -> _Links:
    with Scorer(std, model, threads=limits.threads, temp=limits.temp, memory_limit=limits.memory_limit) as scorer:
        scorer.block()
        scorer.score("blocked")
        scorer.settle()
        found = scorer.links()
        a, b, weight, alone = (
            found.column(name).to_numpy(zero_copy_only=False) for name in ("a", "b", "weight", "rests_on_name")
        )
        linked = (weight >= model.link_at) & ~alone.astype(bool)
        return _Links((a * std.num_rows + b)[linked], scorer.prior)


def _new_data(found: Fit, version: str, records: int, reviewed: str) -> dict[str, Any]:
    """The reviewed model's data with the new shares; what else it says stays."""
    data = json.loads(models.MODEL_FILE.read_text(encoding="utf-8"))
    data |= {
        "model_version": version,
        "reviewed": "not yet",
        "sources": f"Estimated from {records:,} records, starting from {reviewed}; what they did not show is as there.",
    }
    data["comparisons"] = {
        one.name: {level: [found.m[one.name, level], found.u[one.name, level]] for level in levels_of(one)}
        for one in COMPARISONS
    }
    return data


def _as_text(data: dict[str, Any]) -> str:
    """JSON with one level a line, as in the reviewed model: a difference is read line by line."""
    return PAIR.sub(r"[\1, \2]", json.dumps(data, indent=2, ensure_ascii=False)) + "\n"


def _write(target: Path, text: str) -> None:
    with into_place(target, mode=0o644) as part:
        part.write_text(text, encoding="utf-8")
