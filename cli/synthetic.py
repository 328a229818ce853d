"""Is everything in this environment invented? Only then may a command show what the restricted files say of a person.

The proof is by content: every file the ledger knows has the bytes of a file in a landing folder that has a truth/
folder beside it, and truth/ names that file. Real extracts have no truth.
Belongs here: that proof. Does not: following.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from home import Home

REMEMBERED = "synthetic-landing.txt"


class NotSynthetic(RuntimeError):
    """Something here may be about real people."""


def remember(home: Home, landing: Path) -> None:
    """Note a landing folder that has a truth/ beside it; `follow` will check it file by file."""
    if (landing.parent / "truth" / "record.parquet").exists():
        (home.root / REMEMBERED).write_text(f"{landing}\n", encoding="utf-8")


def truth_folder(home: Home) -> Path:
    """The truth/ of the synthetic sample this environment was loaded from.

    Raises NotSynthetic unless every batch of the ledger is a file of that sample.
    """
    import duckdb

    refusal = "`workforce follow` reads names and links of persons, so it works on the synthetic sample only"
    note = home.root / REMEMBERED
    if not note.exists() or not home.warehouse_db.exists():
        raise NotSynthetic(f"{refusal}: this environment was not loaded from one (try `make demo`).")
    landing = Path(note.read_text(encoding="utf-8").strip())
    record = landing.parent / "truth" / "record.parquet"
    if not record.exists():
        raise NotSynthetic(f"{refusal}: the truth/ folder that proved it is gone from {landing.parent}.")
    invented = {_sha256(path): path.name for path in landing.rglob("*") if path.is_file()}
    connection = duckdb.connect(str(home.warehouse_db), read_only=True)
    try:
        loaded = connection.execute("select sha256, file_name from ledger.batch").fetchall()
    finally:
        connection.close()
    strange = sorted(name for sha256, name in loaded if sha256 not in invented)
    if strange:
        raise NotSynthetic(f"{refusal}: {strange[0]} is not one of its files ({len(strange)} file(s) are not).")
    return record.parent


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
