"""Is everything in this environment invented? Only then may a command show what the restricted files say of a person.

The proof is by content: every file the ledger knows has the bytes of a file in a landing folder that has a truth/
folder with the mark SYNTHETIC beside it, and truth/ knows the rows of that file when it is about people. Real extracts
have no truth.
Belongs here: that proof, and finding a story's person. Does not: showing a person (`follow`).
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

from cli.report import rows
from home import Home
from home.sql import literal

REMEMBERED = "synthetic-landing.txt"
ONLY = "`workforce follow` reads names and links of persons, so it works on the synthetic sample only"


class NotSynthetic(RuntimeError):
    """Something here may be about real people."""


class NoSuchStory(RuntimeError):
    """No person key and no story of that name."""


def remember(home: Home, landing: Path) -> None:
    """Note a landing folder that has a truth/ beside it; `follow` will check it file by file."""
    if (landing.parent / "truth" / "SYNTHETIC").exists():
        (home.root / REMEMBERED).write_text(f"{landing}\n", encoding="utf-8")


def truth_folder(home: Home) -> Path:
    """The truth/ of the synthetic sample this environment was loaded from.

    Raises NotSynthetic unless every batch of the ledger is a file of that sample.
    """
    import contracts

    note = home.root / REMEMBERED
    if not note.exists() or not home.warehouse_db.exists():
        raise NotSynthetic(f"{ONLY}: this environment was not loaded from one (try `make demo`).")
    landing = Path(note.read_text(encoding="utf-8").strip())
    truth = landing.parent / "truth"
    if not (truth / "SYNTHETIC").exists() or not (truth / "record.parquet").exists():
        raise NotSynthetic(f"{ONLY}: the truth/ folder that proved it is gone from {landing.parent}.")
    invented = {_sha256(path) for path in landing.rglob("*") if path.is_file()}
    told = set(rows_of_parquet(truth / "record.parquet", "select distinct source, file_name from truth"))
    loaded = rows(home.warehouse_db, "select source, file_name, sha256 from ledger.batch order by source, file_name")
    about_people = {source.name for source in contracts.sources().values() if source.about == "person"}
    strange = [
        name
        for source, name, sha256 in loaded
        if sha256 not in invented or (source in about_people and (source, name) not in told)
    ]
    if strange:
        raise NotSynthetic(f"{ONLY}: {strange[0]} is not one of its files ({len(strange)} loaded file(s) are not).")
    return truth


def person_of_story(home: Home, truth: Path, asked: str) -> str:
    """The person key of a story or of a role in one, such as `ana` or `emma`: that of most of the person's records.

    Raises NoSuchStory, with the names there are.
    """
    with (truth / "story.csv").open(encoding="utf-8", newline="") as handle:
        told = list(csv.DictReader(handle))
    name = asked.lower()
    meant = [row for row in told if row["role"] == name] or [row for row in told if row["story"] == name]
    if len(meant) != 1:
        names = ", ".join(row["role"] for row in (meant or told))
        problem = f"Story {asked} has several people" if meant else f"There is no person key or story {asked}"
        raise NoSuchStory(f"{problem}: choose one of {names}.")
    found = records_by_person(home, truth, int(meant[0]["truth_person_id"]))
    if not found:
        raise NoSuchStory(f"No record of {asked} has been loaded and linked yet: `workforce run` first.")
    return found[0][0]


def records_by_person(home: Home, truth: Path, truth_person_id: int) -> list[tuple[str, int]]:
    """(person key, records) of one true person, most records first: more than one key means linkage missed a link."""
    import contracts

    of_source = " union all ".join(
        f"select '{source.name}' as source, _batch_id as batch_id, _row_no as row_no, identity_key "
        f"from raw.{source.raw_table}"
        for source in contracts.sources().values()
        if source.has_identity
    )
    return rows(
        home.warehouse_db,
        f"with record as ({of_source}) "
        "select crosswalk.person_key, count(*) as records "
        f"from {literal(str(truth / 'record.parquet'))} as truth "
        "inner join ledger.batch as batch on batch.source = truth.source and batch.file_name = truth.file_name "
        "inner join record on record.batch_id = batch.batch_id and record.row_no = truth.row_no "
        "inner join linkage.person_crosswalk as crosswalk on crosswalk.identity_key = record.identity_key "
        "where truth.truth_person_id = ? group by all order by records desc, person_key",
        [truth_person_id],
    )


def rows_of_parquet(path: Path, sql: str) -> list[tuple]:
    """Result of a query on one Parquet file, called `truth` in it."""
    import duckdb

    connection = duckdb.connect()
    try:
        connection.execute(f"create view truth as from {literal(str(path))}")
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
