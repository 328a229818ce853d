"""Linkage from names to crosswalk, at once and by 10 %, against plain Splink on the same identities and bare joins.

Belongs here: an invented vault of any size and the measurement. Does not: quality, which the truth tests measure.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

import linkage
from benchmarks import plain_splink
from home import PROJECT_ROOT, Home

SIZES = (100_000, 1_000_000) if os.environ.get("WORKFORCE_BENCH_LARGE") else (100_000,)
"""A million takes a quarter of an hour, most of it plain Splink's."""
NEW = "first_row_no % 10 = 0"
"""The tenth of the identities that comes later."""
IDENTITY_COLUMNS = (
    "identity_key uuid primary key, source varchar, id_system varchar, agency_person_id varchar, sasid varchar, "
    "ssn varchar, first_name varchar, middle_name varchar, last_name varchar, suffix varchar, birth_date date, "
    "sex varchar, street varchar, town_code varchar, zip varchar, first_sha256 varchar, first_row_no bigint"
)
SOURCES = (("cthires_participant", "CTHIRES"), ("adult_ed", "LACES"), ("apprenticeship", "RA"), ("ui_wage", None))


def fill_vault(path: Path, identities: int, seed: int = 1) -> None:
    """Writes a vault of about four identities per person: typos, moves, changed names, missing and shared numbers."""
    rng = np.random.default_rng(seed)
    persons = identities // 4
    names = np.array([f"{a}{b}{c}" for a in ("Mar", "Jo", "Al", "Ken", "Si", "Ta") for b in ("i", "se", "o", "a", "")
                      for c in ("a", "n", "th", "ra", "lle", "ck", "n-Ann", "é")])  # fmt: skip
    surnames = np.array([f"{a}{b}{c}" for a in ("Gar", "Ro", "Smi", "O'Br", "Le", "Nu", "Van ", "Cas", "Wil", "Po")
                         for b in ("ci", "dri", "the", "ie", "ñe", "wa", "so", "lo", "ma")
                         for c in ("a", "guez", "r", "n", "z", "s", "ski", "ton", "-Diaz", " Jr")])  # fmt: skip
    who = rng.integers(persons, size=identities)
    source = rng.integers(4, size=identities)
    wage = source == 3
    first = rng.integers(names.size, size=persons)[who]
    last = rng.integers(surnames.size, size=persons)[who]
    first = np.where(rng.random(identities) < 0.02, rng.integers(names.size, size=identities), first)
    last = np.where(rng.random(identities) < 0.04, rng.integers(surnames.size, size=identities), last)
    born = (rng.integers(0, 20_000, size=persons) - 7_000)[who] + (rng.random(identities) < 0.01) * 30
    ssn = 100_010_001 + np.where(rng.random(identities) < 0.001, 7, who.astype(np.int64) * 2_003 + 11)
    given = wage | (rng.random(identities) < 0.8)
    home = np.where(rng.random(identities) < 0.1, rng.integers(persons, size=identities), who)
    sex = (who + (rng.random(identities) < 0.005)) % 2 + 1
    streets = np.char.add(np.char.add((home % 240 + 1).astype(str), " "), surnames[home // 7 % surnames.size])
    rows = pa.table(
        {
            "n": np.arange(identities),
            "source": np.array([name for name, _ in SOURCES])[source],
            "id_system": pa.array(np.array([str(system) for _, system in SOURCES])[source], mask=wage),
            "agency_person_id": pa.array(np.char.add("A", who.astype(str)), mask=wage),
            "ssn": pa.array(ssn.astype(str), mask=~given),
            "first_name": np.where(wage & (who % 3 == 0), names[first].astype("U1"), names[first]),
            "last_name": surnames[last],
            "born": pa.array(born, mask=wage),
            "sex": pa.array(sex.astype(str), mask=wage),
            "street": pa.array(np.char.add(streets, " Street"), mask=wage),
            "zip": pa.array(np.char.add("06", (home % 900 + 100).astype(str)), mask=wage),
        }
    )
    con = duckdb.connect(str(path))
    con.execute(f"create table identity ({IDENTITY_COLUMNS})")
    con.register("rows", rows)
    con.execute(
        "insert into identity select md5(n::varchar)::uuid, source, id_system, agency_person_id, null, ssn, first_name,"
        " null, last_name, null, date '1970-01-01' + born::integer, sex, street, null, zip, md5(source), n from rows"
    )
    con.close()


def bare_joins(path: Path) -> None:
    """The least any linkage must do: the pairs of equal number, id, and name with birth date, written to a table."""
    keys = ("ssn", "id_system || agency_person_id", "first_name || last_name || birth_date::varchar")
    pairs = [
        f"select l.identity_key, r.identity_key as other_identity_key from keyed as l inner join keyed as r "
        f"on l.key_{key} = r.key_{key} and l.identity_key < r.identity_key"
        for key in range(len(keys))
    ]
    columns = ", ".join(f"{key} as key_{number}" for number, key in enumerate(keys))
    with duckdb.connect(str(path)) as con:
        con.execute(
            f"create table pair as with keyed as (select identity_key, {columns} from identity) "
            + " union all ".join(pairs)
        )


def plain(path: Path) -> None:
    """Plain Splink on the same identities."""
    with duckdb.connect() as con:
        con.execute(f"attach '{path}' as vault (read_only)")
        con.execute(
            "create table people as select identity_key::varchar as unique_id, ssn, lower(first_name) as first_name, "
            "lower(last_name) as last_name, birth_date::varchar as birth_date, sex, lower(street) as street, zip "
            "from vault.identity"
        )
        plain_splink.cluster(con, "people")


def hold_back(path: Path, *, arrive: bool = False) -> None:
    """Takes the tenth that comes later out of the vault, or lets it arrive."""
    with duckdb.connect(str(path)) as con:
        if arrive:
            con.execute("insert into identity select * from later; drop table later")
        else:
            con.execute(f"create table later as select * from identity where {NEW}; delete from identity where {NEW}")


def work(what: str, root: Path, identities: int) -> None:
    """Child process: one piece of work in the home `root`; prints seconds, processor seconds and peak MiB."""
    home = Home(root).ensure()
    started, used = time.perf_counter(), time.process_time()
    if what == "fill":
        fill_vault(home.vault_db, identities)
    elif what == "bare":
        bare_joins(home.vault_db)
    elif what == "plain":
        plain(home.vault_db)
    elif what in ("hold", "arrive"):
        hold_back(home.vault_db, arrive=what == "arrive")
    else:
        linkage.link(home)
        linkage.write_crosswalk(home)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.perf_counter() - started, time.process_time() - used, peak)


@dataclass(frozen=True)
class Measured:
    """Seconds by the clock and of the processors, and GiB at the peak."""

    seconds: float
    used: float
    gib: float

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.used:.1f} of the processors), {self.gib:.2f} GiB"


def _in_a_process_of_its_own(what: str, root: Path, identities: int) -> Measured:
    command = [sys.executable, "-m", "benchmarks.linkage", what, str(root), str(identities)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=PROJECT_ROOT)
    seconds, used, peak = done.stdout.split()
    return Measured(float(seconds), float(used), float(peak) / 1024)


def run() -> list[tuple[str, str]]:
    """Measures; returns label and figure."""
    return [row for size in SIZES for row in _of(size)]


def _of(identities: int) -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory(prefix="bench-", dir=os.environ.get("WORKFORCE_BENCH_DIR")) as name:
        at_once, added = Path(name) / "at_once", Path(name) / "added"
        _in_a_process_of_its_own("fill", at_once, identities)
        plain = _in_a_process_of_its_own("plain", at_once, identities)
        bare = _in_a_process_of_its_own("bare", at_once, identities)
        whole = _in_a_process_of_its_own("link", at_once, identities)
        again = _in_a_process_of_its_own("link", at_once, identities)
        for what in ("fill", "hold", "link", "arrive"):
            _in_a_process_of_its_own(what, added, identities)
        new = _in_a_process_of_its_own("link", added, identities)
    return [
        ("identities", f"{identities:,}"),
        ("names to crosswalk, from nothing", str(whole)),
        ("the same once more, nothing new", str(again)),
        ("10 % new, 90 % linked before", str(new)),
        ("10 % new / from nothing (budget 0.25); of the processors", _ratio(new, whole)),
        ("plain Splink", str(plain)),
        ("ours / plain Splink (budget 1.3; 2 at a million); likewise", _ratio(whole, plain)),
        ("bare DuckDB self-joins on the three keys", str(bare)),
    ]


def _ratio(one: Measured, other: Measured) -> str:
    return f"{one.seconds / other.seconds:.2f}; {one.used / other.used:.2f}"


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
