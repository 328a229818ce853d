"""Rules between columns and between rows, over a frame: which rows pass.

Belongs here: the verdict on rows. Does not: pandera, cells, what a rule says.

A file rule looks over the rows whose values are in order and says nothing about the others: a cell that breaks a value
rule is that row's finding and makes no other row fail. The rows it looks over are numbered by `_row_no`, their place in
the file, so that a rule that needs an order has one without ties.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import numpy as np
import pyarrow

from contracts.derive import arrow, casting
from contracts.derive.value_checks import in_order
from contracts.errors import ContractError
from contracts.model import CONTEXT_COLUMNS, ROW_NO, RowRule, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

CONTEXT_TYPES = {"DATE": pyarrow.date32(), "VARCHAR": pyarrow.string(), "INTEGER": pyarrow.int32()}

IN_ORDER = "_in_order"
"""Column a caller may add to a frame that is typed already: false for rows with a cell that was not of its type."""


def _columns(source: Source, rules: Iterable[RowRule], frame: pd.DataFrame) -> dict[str, pyarrow.Array]:
    """The typed columns of some rules and the facts they use; a column the frame lacks is all null."""
    columns = {}
    for name in dict.fromkeys(name for rule in rules for name in (*rule.columns, *rule.context)):
        field = source.by_name.get(name)
        wanted = arrow.arrow_type(field.type) if field else CONTEXT_TYPES[CONTEXT_COLUMNS[name]]
        if name not in frame.columns:
            columns[name] = pyarrow.nulls(len(frame), wanted)
        elif field:
            columns[name] = arrow.typed_column(field, frame[name])
        else:
            columns[name] = arrow.to_arrow(frame[name]).cast(wanted)
    return columns


def row_rule_holds(source: Source, rule: RowRule, frame: pd.DataFrame) -> np.ndarray:
    """The rows one row rule has nothing against."""
    if frame.empty:
        return np.ones(0, dtype=bool)
    table = pyarrow.table(_columns(source, [rule], frame))
    return arrow.as_bools(casting.evaluate([rule.passes_sql], table).column(0))


class FileRules:
    """The file rules of a source, judged together: one query per frame, however many rules ask."""

    def __init__(self, source: Source, rules: Iterable[RowRule]) -> None:
        self.source = source
        self.rules = list(rules)
        self._judged: tuple[weakref.ref[pd.DataFrame], dict[str, np.ndarray]] | None = None

    def holds(self, rule: RowRule, frame: pd.DataFrame) -> np.ndarray:
        """The rows the rule has nothing against."""
        # pandera hands the same frame to every check of one call, and a new one to the next.
        judged = self._judged
        if judged is None or judged[0]() is not frame:
            judged = (weakref.ref(frame), self._judge(frame))
            self._judged = judged
        return judged[1][rule.id]

    def _judge(self, frame: pd.DataFrame) -> dict[str, np.ndarray]:
        import duckdb

        sound = in_order(self.source, frame)
        if IN_ORDER in frame.columns:
            sound &= frame[IN_ORDER].to_numpy(dtype=bool)
        columns = _columns(self.source, self.rules, frame)
        columns[ROW_NO] = pyarrow.array(np.arange(1, len(frame) + 1))
        table = pyarrow.table(columns).filter(pyarrow.array(sound))
        try:
            found = casting.evaluate([rule.passes_sql for rule in self.rules], table, ordered_by=ROW_NO)
        except duckdb.Error as error:  # its text may quote a value
            names = ", ".join(rule.id for rule in self.rules)
            raise ContractError(
                f"{self.source.name}: the file rules {names} could not be evaluated ({type(error).__name__})."
            ) from None
        holds = {}
        for number, rule in enumerate(self.rules):
            holds[rule.id] = np.ones(len(frame), dtype=bool)
            holds[rule.id][sound] = arrow.as_bools(found.column(number))
        return holds
