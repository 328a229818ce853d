"""From the level Splink finds a pair on, comparison by comparison, to what that level weighs in these data.

Belongs here: the comparisons as Splink's settings, the weight of every level, how rare a shared value is. Does not:
which pairs are compared (`pairs`), who runs it (`score`), how weights add up (`evidence`).

A pair's levels follow from its two records alone and can be kept; what a level weighs follows from the model and, where
a rare value says more than a common one, from all records of the run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import duckdb

from linkage.comparisons import COMPARISONS, OTHERWISE, Comparison, Level
from linkage.model import Model
from linkage.quick import quick

FREQUENCY_RECORDS = 2_000
"""How many records the usual frequency of a value is worth beside those at hand, at least."""
USUALLY_SEEN = 3
"""How often a usual value would stand in those records, at least: below that one person's own records look like many
people. There are some 20,000 birth dates and far more homes, so for them the usual frequency is worth more records."""
SLIP_FALLS = 1.5
"""Bits that two unlike names lose when the rarer of them is twice as common: more than its frequency alone would say,
because the commoner a name is, the seldomer it is written by mistake."""
LEVEL_BITS = 4
"""A pair's levels are one integer, the first comparison lowest: 0 where a side says nothing, 1 for no agreement, the
first level highest."""


def settings(
    m: dict[tuple[str, str], float], u: dict[tuple[str, str], float], condition: Callable[[str], str] = str
) -> dict[str, Any]:
    """The Splink settings: levels of `comparisons` with the m and u of each. `condition` may say one in another way."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "n",
        "probability_two_random_records_match": 0.0001,
        "comparisons": [_comparison(comparison, m, u, condition) for comparison in COMPARISONS],
        "blocking_rules_to_generate_predictions": ["l.ssn_key = r.ssn_key"],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "linker_uid": "workforce",
    }


def predicting(model: Model) -> dict[str, Any]:
    """Settings by which Splink tells the level of a pair. What else it tells is not read (`narrow`)."""
    return settings(model.m, model.u, quick) | {"retain_matching_columns": True}


def levels_sql() -> str:
    """The levels of a pair from what Splink predicts: it counts from -1."""
    return " | ".join(
        f"((gamma_{comparison.name}::bigint + 1) << {LEVEL_BITS * place})"
        for place, comparison in enumerate(COMPARISONS)
    )


def _comparison(
    comparison: Comparison,
    m: dict[tuple[str, str], float],
    u: dict[tuple[str, str], float],
    condition: Callable[[str], str],
) -> dict[str, Any]:

    def said(sql: str) -> str:
        return _as_splink(condition(sql))

    levels: list[dict[str, Any]] = [
        {"sql_condition": said(comparison.missing_sql), "label_for_charts": "missing", "is_null_level": True},
        *({"sql_condition": said(level.sql), "label_for_charts": level.name} for level in comparison.levels),
        {"sql_condition": "ELSE", "label_for_charts": OTHERWISE},
    ]
    for level in levels[1:]:
        key = comparison.name, level["label_for_charts"]
        level |= {"m_probability": m[key], "u_probability": u[key]}
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def _as_splink(sql: str) -> str:
    """Splink names the two sides by a suffix: l.first_std is first_std_l."""
    return re.sub(r"\b([lr])\.([a-z_0-9]+)", r"\2_\1", sql)


def frequency_columns() -> dict[str, tuple[Comparison, Level]]:
    """The columns of `std` whose frequency counts, and the level it counts for."""
    return {
        level.frequency_of: (comparison, level)
        for comparison in COMPARISONS
        for level in comparison.levels
        if level.frequency_of
    }


def write_rarity(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Writes the table `rarity` from `std`: by n, `rare_<column>`, log2 of how often the record's value occurs.

    Tempered by what the model expects: of a few records nothing can be learnt. Null where the record has no value.
    """
    values = []
    for column, (usual, rarest) in model.slips.items():
        con.execute(
            f"""
            create or replace temp table seen_{column} as
            select {column}, log2(greatest(
                count(*) / ((select count({column}) from std) + {1 / usual!r}), {rarest!r}
            )) as seen_{column}
            from std where {column} is not null group by {column}
            """
        )
        values.append(f"seen_{column}")
    for column, (comparison, level) in frequency_columns().items():
        usual = model.u[comparison.name, level.name]
        worth = round(max(FREQUENCY_RECORDS, USUALLY_SEEN / usual))
        con.execute(
            f"""
            create or replace temp table frequency_{column} as
            select {column}, log2(greatest(
                (count(*) + {worth} * {usual!r})
                / ((select count({column}) from std) + {worth}), {model.rarest[column]!r}
            )) as rare_{column}
            from std where {column} is not null group by {column}
            """
        )
        values.append(f"rare_{column}")
    tables = {f"seen_{column}": column for column in model.slips}
    tables |= {f"frequency_{column}": column for column in frequency_columns()}
    joins = " ".join(f"left join {table} using ({column})" for table, column in tables.items())
    con.execute(f"create or replace table rarity as select {', '.join(['n', *values])} from std {joins}")
    for table in tables:
        con.execute(f"drop table {table}")


def weights_sql(model: Model) -> str:
    """`w_<comparison>` of every comparison, in log2 odds, over a pair's levels and the `rarity` of its record `l`.

    log2(m / u), and for a level with a frequency log2(m / frequency): how often the value occurs is its u.
    """
    return ", ".join(_weight_sql(model, comparison) for comparison in COMPARISONS)


def _weight_sql(model: Model, comparison: Comparison) -> str:
    cases = []
    for number, level in enumerate(reversed([*comparison.levels, Level(OTHERWISE, "")]), 1):
        key = comparison.name, level.name
        if level.frequency_of:
            cases.append(f"when {number} then {math.log2(model.m[key])!r}::double - rarity.rare_{level.frequency_of}")
        elif level.rarer_of:
            column = level.rarer_of
            usual = math.log2(model.m[key] / model.u[key]) + SLIP_FALLS * math.log2(model.slips[column][0])
            rarer = f"least(rarity.seen_{column}, other.seen_{column})"
            cases.append(f"when {number} then {usual!r}::double - {SLIP_FALLS} * {rarer}")
        else:
            cases.append(f"when {number} then {math.log2(model.m[key] / model.u[key])!r}::double")
    level = f"(levels >> {LEVEL_BITS * COMPARISONS.index(comparison)}) & {2**LEVEL_BITS - 1}"
    return f"case {level} {' '.join(cases)} else 0.0::double end as w_{comparison.name}"
