"""The probabilistic engine: candidate pairs compared by Splink, weighed with the reviewed model.

Belongs here: the only use of Splink in a run, in a database of its own that is gone afterwards. Does not: what is
compared (`comparisons`), which pairs (`pairs`), what a level weighs (`levels`), how weights add up (`evidence`), which
pairs are accepted (`cluster`).
"""

from __future__ import annotations

import logging

import duckdb
import numpy as np
import pyarrow as pa

from linkage.comparisons import COLUMNS, COMPARISONS
from linkage.evidence import settled_prior, weight_sql
from linkage.levels import LEVELS, numbered, weights_sql, write_rarity
from linkage.model import Model
from linkage.pairs import find_pairs

NAME_ONLY = "greatest(w_birth_date, w_ssn, w_address, w_phone, w_email) <= 0"
"""Nothing but names agrees."""
LARGEST_COMPONENT = 80
"""A component beyond this is not compared pair by pair."""
_COMPARED = f"a bigint, b bigint, {', '.join(f'{level} tinyint' for level in LEVELS)}"


class Scorer:
    """Scores pairs of the identities it was given. Use as a context manager: its database is closed at the end.

    `known`: pairs (a, b) of these identities with the LEVELS they were found on by an earlier run; they are weighed
    anew and not compared again.
    """

    def __init__(
        self,
        std: pa.Table,
        model: Model,
        *,
        threads: int | None,
        temp: str,
        memory_limit: str,
        known: pa.RecordBatchReader | None = None,
    ) -> None:
        self.model = model
        self.records = std.num_rows
        self.con = duckdb.connect(":memory:")
        quoted = temp.replace("'", "''")
        self.con.execute(f"set temp_directory = '{quoted}'; set memory_limit = '{memory_limit}'")
        self.con.execute("set preserve_insertion_order = false")
        if threads:
            self.con.execute(f"set threads = {int(threads)}")
        self._take("std", std)
        if known is None:
            self.con.execute(f"create table known ({_COMPARED})")
        else:
            self._take("known", known)
        self.con.execute(f"create table compared ({_COMPARED}, is_new boolean)")
        self._prior = 0.0
        self._passes = 0

    def _take(self, name: str, given: pa.Table | pa.RecordBatchReader) -> None:
        self.con.register("given", given)
        self.con.execute(f"create table {name} as select * from given")
        self.con.unregister("given")

    def __enter__(self) -> Scorer:
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()

    def block(self) -> pa.Table:
        """Fills `blocked` with every pair that shares a key, once; returns the members of keys that are nobody's.

        Columns of the result: block, n.
        """
        find_pairs(self.con, self.records)
        return self.con.sql("select block, n from oversized order by all").to_arrow_table()

    def score(self, pairs: str) -> None:
        """Weighs the pairs (a, b) of a relation into `scored`: a, b, w_<comparison>; compares those not known."""
        con = self.con
        con.execute(
            f"""
            create or replace temp table asked as
            select k.*, false as is_new from known as k semi join {pairs} as p on p.a = k.a and p.b = k.b;
            create or replace table wanted as
            select '0' as match_key, a as join_key_l, b as join_key_r from {pairs} anti join asked using (a, b)
            """
        )
        if con.execute("select count(*) from wanted").fetchall()[0][0]:
            self._compare()
        if not self._passes:
            write_rarity(con, self.model)
        head = "create table scored as" if not self._passes else "insert into scored"
        self._passes += 1
        con.execute(
            f"{head} select a, b, {weights_sql(self.model)} from asked inner join rarity on rarity.n = a;"
            "insert into compared select * from asked; drop table asked; drop table wanted"
        )

    def _compare(self) -> None:
        """Adds to `asked` the levels of the pairs `wanted`, by Splink."""
        from splink import DuckDBAPI, Linker

        # The names of the two inputs are Splink's keys: one pass each.
        given, pairs = f"std_{self._passes}", f"wanted_{self._passes}"
        self.con.execute(f"create view {given} as select {', '.join(COLUMNS)} from std")
        self.con.execute(f"create view {pairs} as select * from wanted")
        api = DuckDBAPI(connection=self.con)
        records = api.register(given, dataset_display_name=given)
        linker = Linker(records, numbered(), log_level=logging.ERROR, validate_settings=False)
        linker.table_management.register_blocked_pairs_for_predict(api.register(pairs))
        found = linker.inference.predict()
        levels = ", ".join(f"mw_{comparison.name}::tinyint" for comparison in COMPARISONS)
        self.con.execute(f"insert into asked select n_l, n_r, {levels}, true from {found.physical_name}")
        for (name,) in self.con.execute(
            "select table_name from duckdb_tables() where table_name like '\\_\\_splink\\_\\_%' escape '\\'"
        ).fetchall():
            self.con.execute(f'drop table if exists "{name}"')

    def settle(self) -> None:
        """Fixes the prior from the pairs scored so far, and with it the weight of each."""

        def links_expected(weight: str) -> float:
            bounded = f"greatest(-60, least(60, {weight}))"
            [(total,)] = self.con.execute(f"select sum(1 / (1 + pow(2.0, -({bounded})))) from scored").fetchall()
            return total or 0.0

        self._prior = settled_prior(self.model, self.records, links_expected)
        self.con.execute("create table weighed (a bigint, b bigint, weight double, rests_on_name boolean)")
        self._weigh()

    @property
    def prior(self) -> float:
        """The log2 odds that two records taken at random are one person, as `settle` fixed them."""
        return self._prior

    def _weigh(self) -> None:
        """Moves the pairs of `scored` to `weighed`. Rounded: the order of summation must not decide."""
        weight = f"round({weight_sql(self.prior, self.model.caps)}, 6)"
        self.con.execute(f"insert into weighed select a, b, {weight}, {NAME_ONLY} from scored; truncate scored")

    def links(self) -> pa.Table:
        """Pairs from `alone_at` on: a, b, weight, rests_on_name."""
        return self.con.sql(f"select * from weighed where weight >= {self.model.alone_at}").to_arrow_table()

    def linked(self) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the pairs that link."""
        return self._ends(f"weight >= {self.model.link_at}")

    def _ends(self, condition: str) -> tuple[np.ndarray, np.ndarray]:
        found = self.con.execute(f"select a, b from weighed where {condition}").fetchnumpy()
        return tuple(np.asarray(found[name], dtype=np.int64) for name in ("a", "b"))

    def complete(self, component: dict[str, np.ndarray]) -> None:
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
            anti join weighed as s on s.a = l.n and s.b = r.n
            """
        )
        self.con.unregister("component_of")
        if self.con.execute("select count(*) from within").fetchall()[0][0]:
            self.score("within")
            self._weigh()

    def against(self) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the pairs that speak against joining."""
        return self._ends(f"weight <= {self.model.against_at}")

    def compared(self) -> pa.RecordBatchReader:
        """The pairs compared and not known before: a, b, LEVELS. To be read before the database is asked again."""
        return self.con.sql(f"select a, b, {', '.join(LEVELS)} from compared where is_new").to_arrow_reader()
