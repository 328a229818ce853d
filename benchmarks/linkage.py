"""Linkage from names to crosswalk, against plain Splink on the same identities and bare self-joins on three keys.

Belongs here: an invented vault of any size and the measurement. Does not: quality, which the truth tests measure.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

import linkage
from home import PROJECT_ROOT, Home

SIZES = (100_000, 1_000_000)
PLAIN_UP_TO = 100_000
"""Plain Splink takes minutes and ten times the memory on a million."""
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
            "sex": pa.array((who % 2 + 1).astype(str), mask=wage),
            "zip": pa.array(np.char.add("06", (who % 900 + 100).astype(str)), mask=wage),
        }
    )
    con = duckdb.connect(str(path))
    con.execute(f"create table identity ({IDENTITY_COLUMNS})")
    con.register("rows", rows)
    con.execute(
        "insert into identity select md5(n::varchar)::uuid, source, id_system, agency_person_id, null, ssn, first_name,"
        " null, last_name, null, date '1970-01-01' + born::integer, sex, null, null, zip, md5(source), n from rows"
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


def plain_splink(path: Path) -> None:
    """Splink as its documentation begins: library comparisons and defaults, train, predict, connected components.

    Without sex and ZIP code, which never differ here: training fails on a level that no true pair shows.
    """
    import logging

    import splink.comparison_library as library
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    with duckdb.connect() as con:
        con.execute(f"attach '{path}' as vault (read_only)")
        con.execute(
            "create table people as select identity_key::varchar as unique_id, ssn, lower(first_name) as first_name, "
            "lower(last_name) as last_name, birth_date::varchar as birth_date from vault.identity"
        )
        settings = SettingsCreator(
            link_type="dedupe_only",
            comparisons=[
                library.NameComparison("first_name"),
                library.NameComparison("last_name"),
                library.DateOfBirthComparison("birth_date", input_is_string=True),
                library.ExactMatch("ssn"),
            ],
            blocking_rules_to_generate_predictions=[
                block_on("ssn"),
                block_on("first_name", "last_name"),
                block_on("last_name", "birth_date"),
                block_on("first_name", "birth_date"),
            ],
        )
        api = DuckDBAPI(connection=con)
        linker = Linker(api.register("people"), settings, log_level=logging.ERROR)
        training = linker.training
        training.estimate_probability_two_random_records_match(
            [block_on("ssn", "last_name"), block_on("first_name", "last_name", "birth_date")], recall=0.7
        )
        training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
        for columns in (("first_name", "last_name"), ("birth_date",), ("ssn",)):
            training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
        linker.clustering.cluster_pairwise_predictions_at_threshold(
            linker.inference.predict(threshold_match_probability=0.5), threshold_match_probability=0.95
        )


def work(what: str, root: Path, identities: int) -> None:
    """Child process: one piece of work in the home `root`; prints seconds and peak MiB."""
    home = Home(root).ensure()
    started = time.perf_counter()
    if what == "fill":
        fill_vault(home.vault_db, identities)
    elif what == "bare":
        bare_joins(home.vault_db)
    elif what == "plain":
        plain_splink(home.vault_db)
    else:
        linkage.link(home)
        linkage.write_crosswalk(home)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.perf_counter() - started, peak)


def _in_a_process_of_its_own(what: str, root: Path, identities: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.linkage", what, str(root), str(identities)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=PROJECT_ROOT)
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def run() -> list[tuple[str, str]]:
    """Measures; returns label and figure."""
    return [row for size in SIZES for row in _of(size)]


def _of(identities: int) -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory(prefix="bench-", dir=os.environ.get("WORKFORCE_BENCH_DIR")) as name:
        root = Path(name)
        _in_a_process_of_its_own("fill", root, identities)
        plain, plain_peak = (
            _in_a_process_of_its_own("plain", root, identities) if identities <= PLAIN_UP_TO else (None, 0.0)
        )
        first, peak = _in_a_process_of_its_own("link", root, identities)
        again, _ = _in_a_process_of_its_own("link", root, identities)
        bare, _ = _in_a_process_of_its_own("bare", root, identities)
    rows = [
        ("identities", f"{identities:,}"),
        ("names to crosswalk: seconds, peak memory", f"{first:.1f} s, {peak / 1024:.2f} GiB"),
        ("the same once more, nothing new", f"{again:.1f} s"),
        ("bare DuckDB self-joins on the three keys", f"{bare:.1f} s"),
    ]
    if plain is not None:
        rows.append(("plain Splink: seconds, peak memory", f"{plain:.1f} s, {plain_peak / 1024:.2f} GiB"))
        rows.append(("ours / plain Splink (budget 1.3)", f"{first / plain:.2f}"))
    return rows


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
