"""The probabilistic engine: candidate pairs by blocking keys, scored by Splink with the reviewed model.

Belongs here: the only use of Splink in a run, in a database of its own that is gone afterwards. Does not: what is
compared (`comparisons`), how weights add up (`evidence`), which pairs are accepted (`cluster`).
"""

from __future__ import annotations

import logging
import re
from typing import Any

import duckdb
import pyarrow as pa

from linkage.comparisons import BLOCKING_KEYS, COLUMNS, COMPARISONS, CROSSED_KEYS, OTHERWISE
from linkage.evidence import settled_prior, weight_sql
from linkage.model import Model

NAME_ONLY = "greatest(w_birth_date, w_ssn, w_address, w_phone, w_email) <= 0"
"""Nothing but names agrees."""
FREQUENCY_RECORDS = 2_000
"""How many records the usual frequency of a value is worth beside those at hand."""
PAIRS_PER_RECORD, LEAST_PAIRS = 8, 1_000_000
"""How many pairs one key may bring, per record and at least: one postcode for everybody is no key."""
LARGEST_CROSSED = 60
LARGEST_COMPONENT = 80
"""A component beyond this is not compared pair by pair."""


def settings(model: Model) -> dict[str, Any]:
    """The Splink settings: levels of `comparisons` with the m and u of the model."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "n",
        "probability_two_random_records_match": 0.0001,
        "comparisons": [_comparison(model, number) for number in range(len(COMPARISONS))],
        "blocking_rules_to_generate_predictions": ["l.ssn_key = r.ssn_key"],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "linker_uid": "workforce",
    }


def _comparison(model: Model, number: int) -> dict[str, Any]:
    comparison = COMPARISONS[number]
    levels: list[dict[str, Any]] = [
        {"sql_condition": _as_splink(comparison.missing_sql), "label_for_charts": "missing", "is_null_level": True}
    ]
    for level in comparison.levels:
        added = {"sql_condition": _as_splink(level.sql), "label_for_charts": level.name}
        if level.frequency_of:
            added |= {
                "tf_adjustment_column": level.frequency_of,
                "tf_minimum_u_value": model.rarest[level.frequency_of],
            }
        levels.append(added)
    levels.append({"sql_condition": "ELSE", "label_for_charts": OTHERWISE})
    for level in levels[1:]:
        key = comparison.name, level["label_for_charts"]
        level |= {"m_probability": model.m[key], "u_probability": model.u[key]}
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def _as_splink(sql: str) -> str:
    """Splink names the two sides by a suffix: l.first_std is first_std_l."""
    return re.sub(r"\b([lr])\.([a-z_0-9]+)", r"\2_\1", sql)


class Scorer:
    """Scores pairs of the identities it was given. Use as a context manager: its database is closed at the end."""

    def __init__(self, std: pa.Table, model: Model, *, threads: int | None, temp: str, memory_limit: str) -> None:
        self.model = model
        self.records = std.num_rows
        self.con = duckdb.connect(":memory:")
        self.con.execute("set temp_directory = ?", [temp])
        self.con.execute("set memory_limit = ?", [memory_limit])
        self.con.execute("set preserve_insertion_order = false")
        if threads:
            self.con.execute(f"set threads = {int(threads)}")
        self.con.register("std_given", std)
        self.con.execute("create table std as select * from std_given")
        self.con.unregister("std_given")
        self._prior = 0.0
        self._passes = 0

    def __enter__(self) -> Scorer:
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()

    def block(self) -> pa.Table:
        """Fills `blocked` with every pair that shares a key, once; returns the members of keys that are nobody's.

        Columns of the result: block, n.
        """
        con = self.con
        con.execute("create table pair_found (a bigint, b bigint)")
        con.execute("create table oversized (block varchar, n bigint)")
        for key in BLOCKING_KEYS:
            self._key("keyed", key.sql)
            largest = self._largest(key.max_size)
            con.execute(f"insert into oversized select '{key.name}', n from keyed where size > {largest}")
            con.execute(
                "insert into pair_found select l.n, r.n from keyed as l inner join keyed as r "
                f"on l.k = r.k and l.n < r.n where l.size <= {largest}"
            )
        for _, one, other in CROSSED_KEYS:
            self._key("keyed", one)
            self._key("crossed", other)
            con.execute(
                "insert into pair_found select least(l.n, r.n), greatest(l.n, r.n) from keyed as l "
                "inner join crossed as r on l.k = r.k and l.n <> r.n "
                f"where greatest(l.size, r.size) <= {LARGEST_CROSSED}"
            )
        con.execute("create table blocked as select distinct a, b from pair_found; drop table pair_found")
        return con.sql("select block, n from oversized order by all").to_arrow_table()

    def _key(self, table: str, key: str) -> None:
        self.con.execute(
            f"create or replace temp table {table} as select n, k, count(*) over (partition by k) as size "
            f"from (select n, hash({key}) as k from std where {key} is not null)"
        )

    def _largest(self, allowed: int) -> int:
        """The largest block of `keyed` that is compared: pairs grow with the square, so the small blocks come first."""
        sizes = self.con.execute("select size, count(*) // size from keyed group by size order by size").fetchall()
        left, largest = max(PAIRS_PER_RECORD * self.records, LEAST_PAIRS), 1
        for size, blocks in sizes:
            left -= blocks * size * (size - 1) // 2
            if size > allowed or left < 0:
                break
            largest = size
        return largest

    def score(self, pairs: str) -> None:
        """Scores the pairs (a, b) of a relation into `scored`: a, b, w_<comparison>."""
        from splink import DuckDBAPI, Linker

        self._passes += 1
        self.con.execute(
            f"create or replace table wanted as select '0' as match_key, a as join_key_l, b as join_key_r from {pairs}"
        )
        # The names of the two inputs are Splink's keys: one pass each.
        self.con.execute(f"create view std_{self._passes} as select {', '.join(COLUMNS)} from std")
        self.con.execute(f"create view wanted_{self._passes} as select * from wanted")
        api = DuckDBAPI(connection=self.con)
        given = api.register(f"std_{self._passes}", dataset_display_name=f"std_{self._passes}")
        linker = Linker(given, settings(self.model), log_level=logging.ERROR, validate_settings=False)
        for column in self._frequencies():
            linker.table_management.register_term_frequency_lookup(
                api.register(f"frequency_{column}_{self._passes}"), column
            )
        linker.table_management.register_blocked_pairs_for_predict(api.register(f"wanted_{self._passes}"))
        found = linker.inference.predict()
        weights = ", ".join(f"{_weight(comparison.name)} as w_{comparison.name}" for comparison in COMPARISONS)
        head = "create table scored as" if self._passes == 1 else "insert into scored"
        self.con.execute(f"{head} select n_l as a, n_r as b, {weights} from {found.physical_name}")
        for (name,) in self.con.execute(
            "select table_name from duckdb_tables() where table_name like '\\_\\_splink\\_\\_%' escape '\\'"
        ).fetchall():
            self.con.execute(f'drop table if exists "{name}"')

    def _frequencies(self) -> list[str]:
        """How often each value occurs, tempered by what the model expects: of a few records nothing can be learnt."""
        columns = {}
        for comparison in COMPARISONS:
            for level in comparison.levels:
                if level.frequency_of:
                    columns.setdefault(level.frequency_of, self.model.u[comparison.name, level.name])
        for column, usual in columns.items():
            self.con.execute(
                f"create or replace table frequency_{column}_{self._passes} as "
                f"select {column}, (count(*) + {FREQUENCY_RECORDS} * {usual!r}) "
                f"/ ((select count({column}) from std) + {FREQUENCY_RECORDS}) as tf_{column} "
                f"from std where {column} is not null group by {column} order by {column}"
            )
        return list(columns)

    def settle(self) -> None:
        """Fixes the prior from the pairs scored so far."""

        def links_expected(weight: str) -> float:
            bounded = f"greatest(-60, least(60, {weight}))"
            [(total,)] = self.con.execute(f"select sum(1 / (1 + pow(2.0, -({bounded})))) from scored").fetchall()
            return total or 0.0

        self._prior = settled_prior(self.model, self.records, links_expected)

    @property
    def prior(self) -> float:
        """The log2 odds that two records taken at random are one person, as `settle` fixed them."""
        return self._prior

    @property
    def weight(self) -> str:
        """The weight of a pair of `scored` as SQL, rounded: the order of summation must not decide."""
        return f"round({weight_sql(self.prior, self.model.caps)}, 6)"

    def links(self) -> pa.Table:
        """Pairs from `alone_at` on: a, b, weight, rests_on_name; best first."""
        return self.con.sql(
            f"select a, b, {self.weight} as weight, {NAME_ONLY} as rests_on_name from scored "
            f"where {self.weight} >= {self.model.alone_at} order by weight desc, a, b"
        ).to_arrow_table()

    def complete(self, component: pa.Table) -> None:
        """Scores the pairs within components (n, component) that no blocking key found."""
        self.con.register("component_of", component)
        self.con.execute(
            f"""
            create or replace temp table within as
            with size as (
                select component from component_of group by component
                having count(*) between 3 and {LARGEST_COMPONENT}
            ),
            member as (select c.* from component_of as c semi join size using (component))
            select l.n as a, r.n as b from member as l inner join member as r
            on l.component = r.component and l.n < r.n
            anti join scored as s on s.a = l.n and s.b = r.n
            """
        )
        self.con.unregister("component_of")
        if self.con.execute("select count(*) from within").fetchall()[0][0]:
            self.score("within")

    def against(self) -> pa.Table:
        """Pairs that speak against joining: a, b."""
        return self.con.sql(
            f"select a, b from scored where {self.weight} <= {self.model.against_at} order by a, b"
        ).to_arrow_table()


def _weight(name: str) -> str:
    frequency = any(level.frequency_of for one in COMPARISONS if one.name == name for level in one.levels)
    return f"mw_{name} + coalesce(mw_tf_adj_{name}, 0)" if frequency else f"mw_{name}"
