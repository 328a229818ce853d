"""Placeholders in row rules, so that a rule names a list or a dated table instead of copying it.

`${codes:LIST:ATTRIBUTE=VALUE}`  the codes of a list with that attribute, quoted, comma-separated.
`${rows:TABLE}`                  the rows of a table (codes/ref_TABLE.csv), all text, blank is null.
`${step:TABLE:DATE_COLUMN}`      the value of a dated table (codes/ref_TABLE.csv: effective_date, value) in force on
                                 the date; null before the first date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from contracts.codes import CodeList, code_list, read_table
from contracts.errors import ContractError

PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


def expand(sql: str, where: str, lists: Mapping[str, CodeList] = MappingProxyType({})) -> str:
    """`sql` with its placeholders filled in. Raises ContractError (starting with `where`) for one it cannot read.

    `lists`: code lists beside those of the folder codes.
    """

    def fill(match: re.Match[str]) -> str:
        kind, _, rest = match[1].partition(":")
        name, _, argument = rest.partition(":")
        if kind == "codes" and "=" in argument:
            return _codes(name, argument, where, lists)
        if kind == "rows" and name and not argument:
            return _rows(name)
        if kind == "step" and argument:
            return _step(name, argument)
        raise ContractError(
            f"{where}: {match[0]} is not a placeholder; use ${{codes:LIST:ATTRIBUTE=VALUE}}, ${{rows:TABLE}} or "
            "${step:TABLE:COLUMN}."
        )

    return PLACEHOLDER.sub(fill, sql)


def _codes(name: str, argument: str, where: str, lists: Mapping[str, CodeList]) -> str:
    attribute, _, value = argument.partition("=")
    codes = (lists.get(name) or code_list(name)).where(attribute, value)
    if not codes:
        raise ContractError(f"{where}: no code of codes/ref_{name}.csv has {attribute} = {value!r}.")
    return ", ".join(_quoted(code) for code in codes)


def _rows(name: str) -> str:
    rows = read_table(name)
    values = ", ".join(f"({', '.join(_quoted(value) for value in row.values())})" for row in rows)
    return f"(VALUES {values}) AS {name}({', '.join(rows[0])})"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'" if value else "NULL"


def _step(name: str, column: str) -> str:
    steps = [tuple(row.values()) for row in read_table(name)]
    if any(len(step) != 2 for step in steps) or steps != sorted(steps):
        raise ContractError(f"codes/ref_{name}.csv must have two columns, a date and a value, in date order.")
    cases = " ".join(f"WHEN {column} >= DATE '{day}' THEN {value}" for day, value in reversed(steps))
    return f"(CASE {cases} END)"
