"""Cross-file rules: what must hold between the rows of one source and those of others.

Belongs here: reading contracts/cross_rules.yml, strictly. Does not: running a rule (ingest.cross_file).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from contracts import codes, model, registry
from contracts.errors import ContractError
from contracts.expand import expand
from contracts.yaml_file import read_yaml

PATH = Path(__file__).resolve().parent / "cross_rules.yml"
VIEWS = "views"
"""Key of the file under which the rules' own views stand, instead of a rule."""
EACH = "each"
"""A rule with this key is as many rules: one per code of the list, named after the code's source."""
KEYS = {
    EACH,
    "sources",
    "needs",
    "uses",
    "columns",
    "severity",
    "applies",
    "passes",
    "amount",
    "message",
    "fix",
    "citation",
}
MUST = KEYS - {EACH, "applies", "amount", "needs", "uses"}
VIEW_KEYS = {"reads", "sql"}


@dataclass(frozen=True)
class CrossView:
    """A query several rules read, over the views of sources."""

    name: str
    reads: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class CrossRule:
    """One rule about the rows of one source. `applies` and `passes` are DuckDB booleans over the row `this`.

    In them every source has a view of its name: its visible rows, with the columns of its raw table, `person_key`,
    `person_has_valid_ssn`, `_extract_ts`, `_period`, `_is_final` and `_amend_mode`; `build` has the one `as_of_date`.
    A row of which `applies` is not true is not looked at; one of which `passes` is false breaks the rule; null
    passes.
    """

    id: str
    source: str
    needs: tuple[str, ...]
    """Other sources; where one has no visible batch the rule is not checked."""
    uses: tuple[str, ...]
    """Views of the file's own; what they read is needed too."""
    columns: tuple[str, ...]
    severity: str
    applies: str
    passes: str
    amount: str | None
    """An amount of the row `this`, added up for rows that pass and rows that do not."""
    message: str
    fix: str
    citation: str

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.source, *self.needs)))


@cache
def cross_rules(path: Path = PATH) -> tuple[CrossRule, ...]:
    """Every rule, once per source it is about, in the order of the file. Raises ContractError."""
    views = {view.name: view for view in cross_views(path)}
    return tuple(
        rule
        for general_id, general in read_yaml(path).items()
        if general_id != VIEWS
        for rule_id, said in _each(f"{path.name}: {general_id}", general_id, general)
        for rule in _read(f"{path.name}: {rule_id}", rule_id, said, views)
    )


@cache
def cross_views(path: Path = PATH) -> tuple[CrossView, ...]:
    """The views of the file's own, each after those it is made of. Raises ContractError."""
    found = []
    for name, said in read_yaml(path).get(VIEWS, {}).items():
        where = f"{path.name}: view {name}"
        if not isinstance(said, Mapping) or set(said) != VIEW_KEYS:
            raise ContractError(f"{where}: say {' and '.join(sorted(VIEW_KEYS))}.")
        _known_sources(where, said["reads"])
        found.append(CrossView(name, tuple(said["reads"]), expand(said["sql"], where)))
    return tuple(found)


def cross_rule(rule_id: str, source: str) -> CrossRule | None:
    """The rule of that id about a source, or None when there is none any more."""
    return next((rule for rule in cross_rules() if (rule.id, rule.source) == (rule_id, source)), None)


def _each(where: str, rule_id: str, said: Any) -> Iterator[tuple[str, Any]]:
    """A rule; with `each`, once per code of that list, ${code}, ${source} and ${person_id} put in."""
    if not isinstance(said, Mapping) or EACH not in said:
        yield rule_id, said
        return
    for row in codes.read_table(said[EACH]):
        if "source" not in row or row["source"] not in registry.source_names():
            raise ContractError(f"{where}: a code of codes/ref_{said[EACH]}.csv names no source.")
        person_id = registry.load(row["source"]).person_id_field
        given = {"code": row["code"], "source": row["source"], "person_id": str(person_id)}
        yield f"{rule_id}_{row['source']}", {key: _given(value, given) for key, value in said.items()}


def _given(value: Any, given: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_given(part, given) for part in value]
    for name, meant in given.items():
        value = value.replace(f"${{{name}}}", meant)
    return value


def _known_sources(where: str, names: Iterable[str]) -> None:
    for name in names:
        if name not in registry.source_names():
            raise ContractError(f"{where}: {name!r} is not a source.")


def _read(where: str, rule_id: str, said: Any, views: Mapping[str, CrossView]) -> list[CrossRule]:
    if not isinstance(said, Mapping):
        raise ContractError(f"{where}: not a mapping of words.")
    for key in said:
        if key not in KEYS:
            raise ContractError(f"{where}: unknown key {key!r}; known are {', '.join(sorted(KEYS))}.")
    for key in sorted(MUST):
        if said.get(key) in (None, "", [], {}):
            raise ContractError(f"{where}: {key!r} is missing.")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", rule_id):
        raise ContractError(f"{where}: an id is letters, digits and _.")
    if said["severity"] not in model.SEVERITIES:
        raise ContractError(f"{where}: severity is one of {', '.join(model.SEVERITIES)}.")
    needs, uses = tuple(said.get("needs", ())), tuple(said.get("uses", ()))
    _known_sources(where, (*said["sources"], *needs))
    sql = f"{said.get('applies', '')} {said['passes']}"
    for name in (*needs, *uses):
        if not re.search(rf"\b{name}\b", sql):
            raise ContractError(f"{where}: names {name!r}, but its sql does not read it.")
    for name in uses:
        if name not in views:
            raise ContractError(f"{where}: {name!r} is not a view of the file.")
    for source in said["sources"]:
        for column in said["columns"]:
            if column not in registry.load(source).by_name:
                raise ContractError(f"{where}: {column!r} is not a field of {source}.")
    return [
        CrossRule(
            id=rule_id,
            source=source,
            needs=tuple(dict.fromkeys((*needs, *(name for view in uses for name in views[view].reads)))),
            uses=uses,
            columns=tuple(said["columns"]),
            severity=said["severity"],
            applies=expand(said.get("applies", "true"), where),
            passes=expand(said["passes"], where),
            amount=said.get("amount"),
            message=said["message"],
            fix=said["fix"],
            citation=said["citation"],
        )
        for source in said["sources"]
    ]
