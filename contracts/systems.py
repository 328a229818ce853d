"""Which source serves which system, programme or figure the state's plan names: contracts/systems.yml, checked.

Belongs here: reading the list, strictly. Does not: the page about it (derive/systems_page.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from contracts import registry
from contracts.codes import code_list
from contracts.errors import ContractError
from contracts.tables import tables
from contracts.yaml_file import read_yaml

PATH = Path(__file__).resolve().parent / "systems.yml"
KEYS = {"name", "what", "served_by", "why"}
MUST = {"name", "what"}
SOURCE_KEYS = {"source", "how", "codes", "series"}
TABLE_KEYS = {"table", "how"}
SERIES_SOURCE = "external_stat"


@dataclass(frozen=True)
class Service:
    """One way in which data about a system arrive: a source (with the codes of its fields that tell it apart), or a
    reference table."""

    source: str | None
    table: str | None
    how: str
    codes: Mapping[str, tuple[str, ...]]
    """Field of the source to the codes meant."""
    series: tuple[str, ...]
    """Series of the published figures."""


@dataclass(frozen=True)
class System:
    """One system, programme or figure by the plan's own name."""

    name: str
    what: str
    served_by: tuple[Service, ...]
    why: str
    """Why no source serves it, or what is not served."""


@dataclass(frozen=True)
class Systems:
    """The whole list."""

    plan: str
    systems: tuple[System, ...]
    infrastructure: Mapping[str, str]
    """Sources the plan does not name, with the reason they are there."""

    def of_source(self, source: str) -> tuple[str, ...]:
        """The names a source serves, in the order of the list."""
        return tuple(one.name for one in self.systems if any(by.source == source for by in one.served_by))


def _keys(where: str, said: Any, known: set[str], must: set[str]) -> None:
    if not isinstance(said, dict) or set(said) - known or any(not said.get(key) for key in must):
        raise ContractError(
            f"{where}: needs {', '.join(sorted(must))}; may have {', '.join(sorted(known - must)) or 'nothing else'}."
        )


def _codes(where: str, source: str, said: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    fields = registry.load(source).by_name
    found = {}
    for name, codes in said.items():
        if name not in fields:
            raise ContractError(f"{where}: {source} has no field {name!r}.")
        known = _known_codes(where, source, name)
        for code in codes:
            if str(code) not in known:
                raise ContractError(f"{where}: {code!r} is no code {source} accepts in {name}.")
        found[name] = tuple(str(code) for code in codes)
    return found


def _known_codes(where: str, source: str, name: str) -> tuple[str, ...]:
    """The codes of a field; O*NET occupations, which are text in the contracts, those of their table."""
    field = registry.load(source).by_name[name]
    if field.code_list is not None:
        return field.code_list.codes
    if name in ("onet_code", "onet_soc"):
        return code_list("onet").codes
    raise ContractError(f"{where}: {name} of {source} has no code list; say in how what tells the rows apart.")


def _service(where: str, said: Any) -> Service:
    if isinstance(said, dict) and "table" in said:
        _keys(where, said, TABLE_KEYS, TABLE_KEYS)
        if said["table"] not in {table.name for table in tables()}:
            raise ContractError(f"{where}: there is no table ref_{said['table']}.csv.")
        return Service(None, said["table"], said["how"], {}, ())
    _keys(where, said, SOURCE_KEYS, {"source", "how"})
    source = said["source"]
    if source not in registry.source_names():
        raise ContractError(f"{where}: there is no source {source!r}.")
    if "series" in said and source != SERIES_SOURCE:
        raise ContractError(f"{where}: only {SERIES_SOURCE} has series.")
    return Service(
        source, None, said["how"], _codes(where, source, said.get("codes", {})), tuple(said.get("series", ()))
    )


def read_systems(path: Path = PATH) -> Systems:
    """The list in a file. Raises ContractError for a name said twice and for what does not exist."""
    content = read_yaml(path)
    _keys(path.name, content, {"plan", "systems", "infrastructure"}, {"plan", "systems"})
    found: dict[str, System] = {}
    for said in content["systems"]:
        where = f"{path.name}: {said.get('name', '(without name)') if isinstance(said, dict) else said}"
        _keys(where, said, KEYS, MUST)
        served = tuple(_service(where, service) for service in said.get("served_by", ()))
        if not served and not said.get("why"):
            raise ContractError(f"{where}: say what serves it, or why nothing does.")
        if said["name"] in found:
            raise ContractError(f"{where}: is there twice; keep one.")
        found[said["name"]] = System(said["name"], said["what"], served, said.get("why", ""))
    infrastructure = content.get("infrastructure", {})
    for source in infrastructure:
        if source not in registry.source_names():
            raise ContractError(f"{path.name}: infrastructure: there is no source {source!r}.")
    return Systems(content["plan"], tuple(found.values()), infrastructure)


@cache
def systems() -> Systems:
    """The list the project owns."""
    return read_systems()
