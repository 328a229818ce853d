"""Which town a place name means: villages, postal names and misspellings of Connecticut, one code each.

Belongs here: the town of a place as written. Does not: how text is cleaned, what a common town is worth as evidence.
Source of the names: the reference tables `ref_town` and `ref_place_alias`.
"""

from __future__ import annotations

from collections.abc import Callable

from contracts.codes import read_table

STATE_WORDS = ("", " CT", " CONN", " CONNECTICUT")
"""What may stand behind the name of a town in one field."""


def towns_sql(clean: Callable[[str], str]) -> str:
    """`select` of place_name, town_code. Grain: one row per name, cleaned by `clean` (SQL of a column to SQL).

    A name that several towns share tells no town and is left out; it is compared as it was written.
    """
    pairs = {(row["label"], row["code"]) for row in read_table("town")}
    pairs |= {(row["alias"], row["town_code"]) for row in read_table("place_alias") if row["is_single_town"] == "true"}
    names = ", ".join(f"({_text(name)}, {_text(code)})" for name, code in sorted(pairs))
    states = ", ".join(f"({_text(word)})" for word in STATE_WORDS)
    return f"""
    select {clean("name")} || state as place_name, min(town_code) as town_code
    from (values {names}) as written (name, town_code) cross join (values {states}) as word (state)
    group by all having count(distinct town_code) = 1
    """


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
