"""Loading contracts: strict, once per process. A contract that contradicts itself is refused with one sentence.

Belongs here: reading fields.yml and sources/*.yml, and every check that needs only them. Does not: checks of data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from contracts import model
from contracts.codes import code_list
from contracts.errors import ContractError
from contracts.expand import PLACEHOLDER, expand
from contracts.header import normalise
from contracts.model import Field, RowRule, Source

CONTRACTS_DIR = Path(__file__).resolve().parent

GLOSSARY_KEYS = {
    "type", "pii", "description", "codes", "pattern", "minimum", "maximum", "multi", "identity", "id_system",
    "is_person_id", "unit", "pirl", "ceds", "example", "fix", "flags",
}  # fmt: skip
SOURCE_KEYS = {
    "contract_id", "version", "title", "description", "agency", "period_kind", "also_period_kinds", "key", "key_also",
    "duplicate_key", "reject_share", "reject_min_rows", "id_system", "person_id_field", "references",
    "delimiter", "encoding", "fields", "row_rules", "file_rules", "agency_code", "about", "due_days", "also_called",
    "drift", "formats", "pirl_headings",
}  # fmt: skip
SOURCE_NEEDS = {
    "contract_id", "version", "title", "description", "agency", "agency_code", "about", "period_kind", "due_days",
    "key", "fields",
}  # fmt: skip
FIELD_KEYS = {"requirement", "aliases", "codes_where", "pattern", "minimum", "maximum", "example"}
DRIFT_KEYS = {"action", "rows_share", "null_share", "code_share", "amount_share"}
RULE_KEYS = {"id", "severity", "columns", "sql", "message", "fix", "source"}
FLAG_KEYS = {"id", "sql", "message", "fix", "source"}
DATE_LIMITS = ("1900-01-01", "2099-12-31")
"""Dates outside are mistakes or sentinels such as 9999-12-31: an open date is a blank, not a far one."""


class _GivenTwice(Exception):
    def __init__(self, key: yaml.Node) -> None:
        super().__init__(repr(key.value))
        self.line = key.start_mark.line + 1


class _Loader(yaml.CSafeLoader):
    """YAML that refuses a key given twice: the plain loader would silently keep the last."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[str, Any] = {}
    for key, value in node.value:
        if key.value in seen:
            raise _GivenTwice(key)
        seen[key.value] = loader.construct_object(value, deep=True)
    return seen


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return node.value


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _text)


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a contract file. Raises ContractError when it is not readable YAML."""
    try:
        with path.open(encoding="utf-8") as handle:
            content = yaml.load(handle, Loader=_Loader)
    except _GivenTwice as error:
        raise ContractError(f"{path.name} line {error.line}: {error} is there twice; keep one.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise ContractError(f"{path.name}{line}: not readable as YAML ({getattr(error, 'problem', error)}).") from None
    if not isinstance(content, dict):
        raise ContractError(f"{path.name} is empty or not a mapping of words.")
    return content


def _need(where: str, given: Mapping[str, Any], known: set[str], needed: set[str]) -> None:
    for key in given:
        if key not in known:
            raise ContractError(f"{where}: unknown key {key!r}; known are {', '.join(sorted(known))}.")
    for key in sorted(needed):
        if given.get(key) in (None, "", [], {}):
            raise ContractError(f"{where}: {key!r} is missing.")


def _one_of(where: str, key: str, value: Any, allowed: Any) -> None:
    if value not in allowed:
        raise ContractError(f"{where}: {key} is {value!r}; allowed are {', '.join(allowed)}.")


@cache
def glossary(path: Path = CONTRACTS_DIR / "fields.yml") -> dict[str, dict[str, Any]]:
    """Every word of fields.yml with its properties, checked."""
    words = read_yaml(path)
    for name, word in words.items():
        where = f"{path.name}: {name}"
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
            raise ContractError(f"{where}: a name is lower case words joined by _.")
        if not isinstance(word, dict):
            raise ContractError(f"{where}: type, pii and description are missing.")
        _need(where, word, GLOSSARY_KEYS, {"type", "pii", "description"})
        _one_of(where, "type", word["type"], model.SQL_TYPES)
        _one_of(where, "pii", word["pii"], model.PII_CLASSES)
        if (word["type"] == "code") != ("codes" in word):
            raise ContractError(f"{where}: a field of type code names its list in codes, and no other field does.")
        if "codes" in word:
            code_list(word["codes"])
        if word.get("identity"):
            _one_of(where, "identity", word["identity"], model.IDENTITY_COLUMNS)
        if word["pii"] == "D" and not word.get("identity"):
            raise ContractError(f"{where}: a direct identifier (pii D) must say which identity column it fills.")
        if word["pii"] in "SN" and word.get("identity") not in (None, "agency_person_id"):
            raise ContractError(f"{where}: pii {word['pii']} stays out of the vault; class it D or Q to give identity.")
        for flag in word.get("flags", []):
            _need(f"{where} flag", flag, FLAG_KEYS, FLAG_KEYS)
    return words


def _field(path: Path, name: str, said: Any, words: dict[str, Any], source: Mapping[str, Any]) -> Field:
    where = f"{path.name}: field {name}"
    if name not in words:
        raise ContractError(f"{where} is not in fields.yml; add the word there, or use an existing one.")
    word = words[name]
    said = {"requirement": said} if isinstance(said, str) else said
    if not isinstance(said, dict):
        raise ContractError(f"{where}: say required, conditional or optional.")
    _need(where, said, FIELD_KEYS, {"requirement"})
    _one_of(where, "requirement", said["requirement"], model.REQUIREMENTS)
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
        aliases=(*(str(alias) for alias in said.get("aliases", ())), *numbered),
        codes=word.get("codes"),
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
        for heading in dict.fromkeys(normalise(text) for text in (field.name, *field.aliases)):
            if heading in taken:
                raise ContractError(
                    f"{path.name}: field {field.name}: the heading {heading!r} already belongs to {taken[heading]}; "
                    "a heading may mean one column only."
                )
            taken[heading] = field.name


def _rule(where: str, said: Mapping[str, Any], names: tuple[str, ...], over_file: bool) -> RowRule:
    _need(where, said, RULE_KEYS, RULE_KEYS)
    _one_of(where, "severity", said["severity"], model.SEVERITIES)
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
    return RowRule(
        id=said["id"],
        severity=said["severity"],
        columns=columns,
        sql=expand(said["sql"], where),
        message=said["message"],
        fix=said["fix"],
        source=said["source"],
        context=tuple(name for name in model.CONTEXT_COLUMNS if name in used),
        over_file=over_file,
    )


def read_source(path: Path, words: dict[str, dict[str, Any]]) -> Source:
    """The contract in one file, checked against the glossary `words`. Raises ContractError."""
    said = read_yaml(path)
    _need(path.name, said, SOURCE_KEYS, SOURCE_NEEDS)
    for kind in (said["period_kind"], *said.get("also_period_kinds", ())):
        _one_of(path.name, "period_kind", kind, model.PERIOD_KINDS)
    _one_of(path.name, "duplicate_key", said.get("duplicate_key", "reject_file"), model.DUPLICATE_KEY)
    fields = tuple(_field(path, name, value, words, said) for name, value in said["fields"].items())
    names = tuple(field.name for field in fields)
    named = {key: said.get(key, ()) for key in ("key", "key_also", "references")}
    named["person_id_field"] = filter(None, [said.get("person_id_field")])
    for place, wanted in named.items():
        for name in wanted:
            if name not in names:
                raise ContractError(f"{path.name}: {name!r} is in {place} but not in fields.")
    _check_headings(path, fields)
    flags = [
        {**flag, "severity": "warning", "columns": [name]} for name in names for flag in words[name].get("flags", ())
    ]
    rules, file_rules = (
        tuple(_rule(f"{path.name}: rule {rule.get('id', '(without id)')}", rule, names, over) for rule in given)
        for given, over in (([*said.get("row_rules", ()), *flags], False), (said.get("file_rules", ()), True))
    )
    if len({rule.id for rule in (*rules, *file_rules)}) < len(rules) + len(file_rules):
        raise ContractError(f"{path.name}: two rules have the same id; a receipt could not tell them apart.")
    _one_of(path.name, "about", said["about"], model.ABOUT)
    drift = said.get("drift", {})
    _need(f"{path.name}: drift", drift, DRIFT_KEYS, set())
    _one_of(f"{path.name}: drift", "action", drift.get("action", "warn"), model.DRIFT_ACTIONS)
    apart = {"fields", "row_rules", "file_rules", "key", "key_also", "also_period_kinds", "also_called", "formats"}
    plain = {key: said[key] for key in SOURCE_KEYS - apart if key in said}
    kinds = (said["period_kind"], *said.get("also_period_kinds", ()))
    return Source(
        name=path.stem,
        key=tuple(said["key"]),
        key_also=tuple(said.get("key_also", ())),
        fields=fields,
        row_rules=rules,
        file_rules=file_rules,
        also_called=tuple(said.get("also_called", ())),
        formats=tuple(said.get("formats", ())),
        period_kinds=kinds,
        **plain,
    )


def read_folder(folder: Path) -> dict[str, Source]:
    """Every contract below a contracts folder, by name: for checking a folder other than our own."""
    words = glossary(folder / "fields.yml")
    return {path.stem: read_source(path, words) for path in sorted((folder / "sources").glob("*.yml"))}


def source_names() -> list[str]:
    """The names of all contracts, sorted: the files of contracts/sources."""
    return sorted(path.stem for path in (CONTRACTS_DIR / "sources").glob("*.yml"))


@cache
def _other_names() -> dict[str, str]:
    """Other name of a dataset to source name, for every contract."""
    found: dict[str, str] = {}
    for name in source_names():
        for other in read_yaml(CONTRACTS_DIR / "sources" / f"{name}.yml").get("also_called", ()):
            if found.setdefault(other, name) != name or other in source_names():
                raise ContractError(f"{name}.yml: the name {other!r} in also_called belongs to another contract.")
    return found


def canonical_name(source: str) -> str:
    """The source's own name for that name or one it is also called; an unknown name comes back as it is."""
    return source if source in source_names() else _other_names().get(source, source)


@cache
def load(source: str) -> Source:
    """The contract `source`, by its name or one it is also called.

    Raises ContractError when there is none of that name or it is wrong.
    """
    source = canonical_name(source)
    path = CONTRACTS_DIR / "sources" / f"{source}.yml"
    if not path.is_file():
        raise ContractError(f"There is no contract {source!r}; known sources are {', '.join(source_names())}.")
    loaded = read_source(path, glossary())
    for column, other in (loaded.references or {}).items():
        if other not in source_names():
            raise ContractError(f"{path.name}: {column} refers to the source {other!r}, which has no contract.")
    return loaded


def as_source(source: str | Source) -> Source:
    """The contract of that name; a contract that is in hand already, a draft for instance, comes back as it is."""
    return load(source) if isinstance(source, str) else source


def sources() -> dict[str, Source]:
    """Every contract by name, in name order."""
    return {name: load(name) for name in source_names()}
