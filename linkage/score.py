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

from linkage import quick
from linkage.comparisons import COLUMNS
from linkage.evidence import settled_prior, weight_sql
from linkage.levels import levels_sql, predicting, weights_sql, write_rarity
from linkage.model import Model
from linkage.pairs import find_pairs

NAME_ONLY = "greatest(w_birth_date, w_ssn, w_address, w_phone, w_email) <= 0"
"""Nothing but names agrees."""
DISAGREES = "least(w_first_name, w_birth_date, w_ssn) < -3"
"""Something differs that a person keeps. What is missing, or another home, speaks against nobody: the weight of such a
pair is low only because two people taken at random are seldom one."""
LARGEST_COMPONENT = 80
"""A component beyond this is not compared pair by pair."""


class Scorer:
    """Scores pairs of the identities it was given. Use as a context manager: its database is closed at the end.

    `known`: pairs (a, b) of these identities with the levels they were found on by an earlier run; they are weighed
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
        self.con.register("given", std)
        quick.write_std(self.con, "given")
        self.con.unregister("given")
        self.con.execute("create table known (a integer, b integer, levels bigint)")
        if known is not None:
            self.con.register("given", known)
            self.con.execute("insert into known select a, b, levels from given")
            self.con.unregister("given")
        self._compared: list[str] = []
        self._prior = 0.0
        self._passes = 0
        self._found = ""

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
        """Finds the levels of the pairs (a, b) of a table, which is gone afterwards; compares those not known."""
        self._passes += 1
        self.con.execute(
            f"create or replace table asked as select p.a, p.b, k.levels from {pairs} as p left join known as k "
            f"on k.a = p.a and k.b = p.b; drop table {pairs};"
            "create or replace view wanted as select a, b from asked where levels is null"
        )
        self._found = "select a, b, levels from asked where levels is not null"
        if self.con.execute("select count(*) from wanted").fetchall()[0][0]:
            self._compare()
            self._found += f" union all select a, b, levels from {self._compared[-1]}"

    def _compare(self) -> None:
        """Adds the table of the levels (a, b, levels) of the pairs `wanted`, found by Splink, to those compared."""
        from splink import Linker

        from linkage.narrow import NarrowAPI

        # The names of the two inputs are Splink's keys: one pass each.
        given, pairs, found = (f"{name}_{self._passes}" for name in ("std", "wanted", "compared"))
        self.con.execute(f"create view {given} as select {', '.join([*COLUMNS, *quick.COLUMNS])} from std")
        self.con.execute(
            f"create view {pairs} as select '0' as match_key, a as join_key_l, b as join_key_r from wanted"
        )
        api = NarrowAPI(self.con, f"n_l as a, n_r as b, {levels_sql()} as levels")
        records = api.register(given, dataset_display_name=given)
        linker = Linker(records, predicting(self.model), log_level=logging.ERROR, validate_settings=False)
        linker.table_management.register_blocked_pairs_for_predict(api.register(pairs))
        self.con.execute(f"alter table {linker.inference.predict().physical_name} rename to {found}")
        for (name,) in self.con.execute(
            "select table_name from duckdb_tables() where table_name like '\\_\\_splink\\_\\_%' escape '\\'"
        ).fetchall():
            self.con.execute(f'drop table "{name}"')
        self._compared.append(found)

    def settle(self) -> None:
        """Fixes the prior from the pairs scored so far, and with it the weight of each.

        Pairs of the same evidence weigh the same, and few are unlike all others: what is asked again and again is asked
        of each evidence once.
        """

        def links_expected(weight: str) -> float:
            bounded = f"greatest(-60, least(60, {weight}))"
            [(total,)] = self.con.execute(f"select sum(pairs / (1 + pow(2.0, -({bounded})))) from evidence").fetchall()
            return total or 0.0

        write_rarity(self.con, self.model)
        self.con.execute(
            "create temp table evidence as "
            f"select * exclude (a, b), count(*) as pairs from ({self._evidence()}) group by all"
        )
        self._prior = settled_prior(self.model, self.records, links_expected)
        self.con.execute("drop table evidence")
        self.con.execute(
            "create table weighed (a integer, b integer, weight double, rests_on_name boolean, disagrees boolean)"
        )
        self._weigh()

    def _evidence(self) -> str:
        """`select` of the pairs last scored: a, b, w_<comparison>."""
        return (
            f"select a, b, {weights_sql(self.model)} from ({self._found}) inner join rarity on rarity.n = a "
            "inner join rarity as other on other.n = b"
        )

    @property
    def prior(self) -> float:
        """The log2 odds that two records taken at random are one person, as `settle` fixed them."""
        return self._prior

    def _weigh(self) -> None:
        """Adds the pairs last scored to `weighed`. Rounded: the order of summation must not decide."""
        weight = f"round({weight_sql(self.prior, self.model.caps)}, 6)"
        self.con.execute(
            f"insert into weighed select a, b, {weight}, {NAME_ONLY}, {DISAGREES} from ({self._evidence()})"
        )

    def links(self) -> pa.Table:
        """Pairs from `alone_at` on: a, b, weight, rests_on_name."""
        return self.con.sql(
            "select a::bigint as a, b::bigint as b, weight, rests_on_name from weighed "
            f"where weight >= {self.model.alone_at}"
        ).to_arrow_table()

    def linked(self) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the pairs that link."""
        return self._ends(f"weight >= {self.model.link_at}")

    def _ends(self, condition: str) -> tuple[np.ndarray, np.ndarray]:
        found = self.con.execute(f"select a, b from weighed where {condition}").fetchnumpy()
        return tuple(np.asarray(found[name]) for name in ("a", "b"))

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
            select l.n::integer as a, r.n::integer as b from member as l inner join member as r
            on l.component = r.component and l.n < r.n
            anti join weighed as s on s.a = l.n and s.b = r.n
            """
        )
        self.con.unregister("component_of")
        self.score("within")
        self._weigh()

    def against(self) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the pairs that speak against joining."""
        return self._ends(f"weight <= {self.model.against_at} and disagrees")

    def compared(self) -> pa.RecordBatchReader:
        """The pairs compared and not known before: a, b, levels. To be read before the database is asked again."""
        tables = [f"select * from {table}" for table in self._compared]
        nothing = "select 0::integer as a, 0::integer as b, 0::bigint as levels where false"
        return self.con.sql(" union all ".join([*tables, nothing])).to_arrow_reader()
