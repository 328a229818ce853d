"""Loading contracts: strict, once per process. A contract that contradicts itself is refused with one sentence.

Belongs here: reading fields.yml and sources/*.yml, and every check that needs only them. Does not: checks of data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from contracts import model, shapes
from contracts.codes import CodeList, code_list
from contracts.errors import ContractError
from contracts.expand import PLACEHOLDER, expand
from contracts.header import normalise, run_together
from contracts.model import Field, RowRule, Source
from contracts.shapes import need, one_of
from contracts.yaml_file import read_yaml

CONTRACTS_DIR = Path(__file__).resolve().parent

DATE_LIMITS = ("1900-01-01", "2099-12-31")
"""Dates outside are mistakes or sentinels such as 9999-12-31: an open date is a blank, not a far one."""


@cache
def glossary(path: Path = CONTRACTS_DIR / "fields.yml") -> dict[str, dict[str, Any]]:
    """Every word of fields.yml with its properties, checked."""
    words = read_yaml(path)
    check_words(path.name, words, {})
    return words


def check_words(place: str, words: Mapping[str, Any], lists: Mapping[str, CodeList]) -> None:
    """Raise ContractError for a word whose properties contradict each other. `lists`: code lists beside the files."""
    for name, word in words.items():
        where = f"{place}: {name}"
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
            raise ContractError(f"{where}: a name is lower case words joined by _.")
        if not isinstance(word, dict):
            raise ContractError(f"{where}: type, pii and description are missing.")
        need(where, word, shapes.WORD, shapes.WORD_NEEDS)
        one_of(where, "type", word["type"], model.SQL_TYPES)
        one_of(where, "pii", word["pii"], model.PII_CLASSES)
        if (word["type"] == "code") != ("codes" in word):
            raise ContractError(f"{where}: a field of type code names its list in codes, and no other field does.")
        if "codes" in word and word["codes"] not in lists:
            code_list(word["codes"])
        if word.get("identity"):
            one_of(where, "identity", word["identity"], model.IDENTITY_COLUMNS)
        if word["pii"] == "D" and not word.get("identity"):
            raise ContractError(f"{where}: a direct identifier (pii D) must say which identity column it fills.")
        if word["pii"] in "SN" and word.get("identity") not in (None, "agency_person_id"):
            raise ContractError(f"{where}: pii {word['pii']} stays out of the vault; class it D or Q to give identity.")
        for flag in word.get("flags", []):
            need(f"{where} flag", flag, shapes.FLAG_RULE, shapes.FLAG_RULE)


def _field(
    path: Path,
    name: str,
    said: Any,
    words: Mapping[str, Any],
    source: Mapping[str, Any],
    lists: Mapping[str, CodeList],
) -> Field:
    where = f"{path.name}: field {name}"
    if name not in words:
        raise ContractError(f"{where} is not in fields.yml; add the word there, or use an existing one.")
    word = words[name]
    said = {"requirement": said} if isinstance(said, str) else said
    if not isinstance(said, dict):
        raise ContractError(f"{where}: say required, conditional or optional.")
    need(where, said, shapes.FIELD, {"requirement"})
    one_of(where, "requirement", said["requirement"], model.REQUIREMENTS)
    if "codes_where" in said and (word["type"] != "code" or len(said["codes_where"]) != 1):
        raise ContractError(f"{where}: codes_where takes one attribute of a code list.")
    limits = DATE_LIMITS if word["type"] == "date" else (None, None)
    values = {
        key: said.get(key, word.get(key, limit)) for key, limit in zip(("minimum", "maximum"), limits, strict=True)
    }
    pirl = str(word["pirl"]) if "pirl" in word else None
    numbered = (f"pirl_{pirl}", f"p{pirl}") if pirl else ()
    refers = bool(source.get("references"))
    is_linked_id = word["pii"] == "D" and (
        word.get("is_person_id") or name in source["key"] or name == source.get("person_id_field")
    )
    field = Field(
        name=name,
        requirement=said["requirement"],
        type=word["type"],
        pii=word["pii"],
        description=word["description"],
        aliases=(*(str(alias) for alias in said.get("aliases", ())), *word.get("aliases", ()), *numbered),
        codes=word.get("codes"),
        own_codes=lists.get(word.get("codes", "")),
        codes_where=next(((str(k), str(v)) for k, v in said.get("codes_where", {}).items()), None),
        pattern=said.get("pattern", word.get("pattern")),
        minimum=None if values["minimum"] is None else str(values["minimum"]),
        maximum=None if values["maximum"] is None else str(values["maximum"]),
        multi=bool(word.get("multi", False)),
        identity=None if refers else word.get("identity"),
        token_system=word.get("id_system", name.upper()) if is_linked_id else None,
        unit=word.get("unit"),
        pirl=pirl,
        ceds=word.get("ceds"),
        example=str(said.get("example", word.get("example", ""))),
        fix=word.get("fix"),
    )
    if field.code_list is not None and not field.code_list.rows:
        raise ContractError(f"{where}: codes_where leaves no code of ref_{field.codes}.csv.")
    return field


def _check_headings(path: Path, fields: tuple[Field, ...]) -> None:
    taken: dict[str, str] = {}
    for field in fields:
        said = [normalise(text) for text in (field.name, *field.aliases)]
        for heading in dict.fromkeys([*said, *map(run_together, said)]):
            if heading in taken:
                raise ContractError(
                    f"{path.name}: field {field.name}: the heading {heading!r} already belongs to {taken[heading]}; "
                    "a heading may mean one column only."
                )
            taken[heading] = field.name


def _rule(
    where: str, said: Mapping[str, Any], names: tuple[str, ...], lists: Mapping[str, CodeList], over_file: bool
) -> RowRule:
    need(where, said, shapes.RULE, shapes.RULE)
    one_of(where, "severity", said["severity"], model.SEVERITIES)
    columns = tuple(said["columns"])
    for column in columns:
        if column not in names:
            raise ContractError(f"{where} names the column {column!r}, which is not a field of the source.")
    # A placeholder's column counts as used; its list or table name does not.
    bare = re.sub(
        r"'[^']*'", "", PLACEHOLDER.sub(lambda m: m[1].split(":")[-1] if m[1][:4] == "step" else "", said["sql"])
    )
    used = set(re.findall(r"(?<![\w.])_?[a-z]\w*", bare))
    for column in columns:
        if column not in used:
            raise ContractError(f"{where} lists the column {column!r}, but its sql does not use it.")
    for column in used & set(names) - set(columns):
        raise ContractError(f"{where} uses the column {column!r} in its sql; list it under columns.")
    known = (*model.CONTEXT_COLUMNS, model.ROW_NO) if over_file else tuple(model.CONTEXT_COLUMNS)
    for word in used:
        if word.startswith("_") and word not in known:
            raise ContractError(f"{where}: {word!r} is not a fact of the submission; known are {', '.join(known)}.")
    if not over_file and re.search(r"\bover\b", bare, re.IGNORECASE):
        raise ContractError(f"{where} uses a window over other rows; move it from row_rules to file_rules.")
    for ordered in re.findall(r"order\s+by(.*?)\brows\b", bare, re.IGNORECASE | re.DOTALL):
        if model.ROW_NO not in ordered:
            raise ContractError(f"{where} orders rows that may be equal; end its ORDER BY with {model.ROW_NO}.")
    return RowRule(
        id=said["id"],
        severity=said["severity"],
        columns=columns,
        sql=expand(said["sql"], where, lists),
        message=said["message"],
        fix=said["fix"],
        source=said["source"],
        context=tuple(name for name in model.CONTEXT_COLUMNS if name in used),
        over_file=over_file,
    )


def read_source(path: Path, words: Mapping[str, dict[str, Any]]) -> Source:
    """The contract in one file, checked against the glossary `words`. Raises ContractError."""
    return make_source(path, read_yaml(path), words, {})


def make_source(
    path: Path, said: Mapping[str, Any], words: Mapping[str, dict[str, Any]], lists: Mapping[str, CodeList]
) -> Source:
    """What the file at `path` says, as a contract. `lists`: code lists beside those of the folder codes."""
    need(path.name, said, shapes.SOURCE, shapes.SOURCE_NEEDS)
    _check_words_of_choice(path.name, said)
    fields = tuple(_field(path, name, value, words, said, lists) for name, value in said["fields"].items())
    names = tuple(field.name for field in fields)
    named = {key: said.get(key, ()) for key in ("key", "key_also", "references")}
    for key in ("person_id_field", "id_within"):
        named[key] = filter(None, [said.get(key)])
    for place, wanted in named.items():
        for name in wanted:
            if name not in names:
                raise ContractError(f"{path.name}: {name!r} is in {place} but not in fields.")
    within = next((field for field in fields if field.name == said.get("id_within")), None)
    if within is not None and not (within.required and within.in_warehouse and said.get("person_id_field")):
        raise ContractError(
            f"{path.name}: id_within is {within.name!r}; it must be a required column, no direct identifier, "
            "beside a person_id_field."
        )
    _check_headings(path, fields)
    _check_about(path.name, said["about"], fields)
    flags = [
        {**flag, "severity": "warning", "columns": [name]} for name in names for flag in words[name].get("flags", ())
    ]
    rules, file_rules = (
        tuple(_rule(f"{path.name}: rule {_id_of(rule)}", rule, names, lists, over) for rule in given)
        for given, over in (([*said.get("row_rules", ()), *flags], False), (said.get("file_rules", ()), True))
    )
    if len({rule.id for rule in (*rules, *file_rules)}) < len(rules) + len(file_rules):
        raise ContractError(f"{path.name}: two rules have the same id; a receipt could not tell them apart.")
    apart = {
        "fields",
        "row_rules",
        "file_rules",
        "key",
        "key_also",
        "also_period_kinds",
        "also_called",
        "also_from",
        "formats",
    }
    plain = {key: said[key] for key in shapes.SOURCE.keys() - apart if key in said}
    kinds = (said["period_kind"], *said.get("also_period_kinds", ()))
    return Source(
        name=path.stem,
        key=tuple(said["key"]),
        key_also=tuple(said.get("key_also", ())),
        fields=fields,
        row_rules=rules,
        file_rules=file_rules,
        also_called=tuple(said.get("also_called", ())),
        also_from=tuple(str(code).lower() for code in said.get("also_from", ())),
        formats=tuple(said.get("formats", ())),
        period_kinds=kinds,
        **plain,
    )


def _check_words_of_choice(place: str, said: Mapping[str, Any]) -> None:
    for kind in (said["period_kind"], *said.get("also_period_kinds", ())):
        one_of(place, "period_kind", kind, model.PERIOD_KINDS)
    one_of(place, "duplicate_key", said.get("duplicate_key", "reject_file"), model.DUPLICATE_KEY)
    one_of(place, "about", said["about"], model.ABOUT)
    drift = said.get("drift", {})
    need(f"{place}: drift", drift, shapes.DRIFT)
    one_of(f"{place}: drift", "action", drift.get("action", "warn"), model.DRIFT_ACTIONS)
    if said["due_days"] == 0:
        raise ContractError(f"{place}: due_days must be 1 or more; nobody can send a period the moment it ends.")


def _check_about(place: str, about: str, fields: tuple[Field, ...]) -> None:
    """A source that is not about people brings no person along."""
    personal = [field.name for field in fields if field.identity or field.pii == "D"]
    if about != "person" and personal:
        raise ContractError(
            f"{place}: about is {about}, but {', '.join(personal)} identifies a person; leave it out, or say person."
        )


def _id_of(rule: Any) -> str:
    return str(rule.get("id", "(without id)")) if isinstance(rule, dict) else "(without id)"


def read_folder(folder: Path) -> dict[str, Source]:
    """Every contract below a contracts folder, by name: for checking a folder other than our own."""
    words = glossary(folder / "fields.yml")
    return {path.stem: read_source(path, words) for path in sorted((folder / "sources").glob("*.yml"))}


def source_names() -> list[str]:
    """The names of all contracts, sorted: the files of contracts/sources."""
    return list(_names())


@cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (CONTRACTS_DIR / "sources").glob("*.yml")))


@cache
def _other_names() -> dict[str, str]:
    """Other name of a dataset, or the id of its contract, to source name."""
    found: dict[str, str] = {}
    ids: dict[str, list[str]] = {}
    for name in source_names():
        said = read_yaml(CONTRACTS_DIR / "sources" / f"{name}.yml")
        ids.setdefault(str(said.get("contract_id")), []).append(name)
        for other in said.get("also_called", ()):
            if found.setdefault(other, name) != name or other in source_names():
                raise ContractError(f"{name}.yml: the name {other!r} in also_called belongs to another contract.")
    # An id two sources share names neither of them.
    return {contract_id: names[0] for contract_id, names in ids.items() if len(names) == 1} | found


def canonical_name(source: str) -> str:
    """The source's own name for that name, one it is also called or its contract's id; an unknown name comes back."""
    return source if source in _names() else _other_names().get(source, source)


def load(source: str) -> Source:
    """The contract `source`, by its name, one it is also called or its id: always the same object.

    Raises ContractError when there is none of that name or it is wrong.
    """
    return _load(canonical_name(source))


@cache
def _load(source: str) -> Source:
    path = CONTRACTS_DIR / "sources" / f"{source}.yml"
    if not path.is_file():
        raise ContractError(f"There is no contract {source!r}; known sources are {', '.join(source_names())}.")
    loaded = read_source(path, glossary())
    check_references(path.name, loaded)
    return loaded


def check_references(place: str, source: Source) -> None:
    """Raise ContractError when a contract refers to a source that is not there."""
    for column, other in (source.references or {}).items():
        if other not in source_names():
            raise ContractError(f"{place}: {column} refers to the source {other!r}, which has no contract.")


def as_source(source: str | Source) -> Source:
    """The contract of that name; a contract that is in hand already, a draft for instance, comes back as it is."""
    return load(source) if isinstance(source, str) else source


def sources() -> dict[str, Source]:
    """Every contract by name, in name order."""
    return {name: load(name) for name in source_names()}
