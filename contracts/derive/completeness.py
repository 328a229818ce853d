"""What a source that is being added still misses, as a to-do list in the order to work through it.

Belongs here: looking. Does not: writing any of it; `make derive` writes what is derived, the rest is judgement.
"""

from __future__ import annotations

from pathlib import Path

from contracts.derive import committed
from contracts.derive.committed import ROOT
from contracts.errors import ContractError
from contracts.model import Source
from contracts.registry import read_folder
from contracts.yaml_file import read_yaml


def _missing_words(name: str, folder: Path) -> list[str]:
    words = read_yaml(folder / "fields.yml")
    said = read_yaml(folder / "sources" / f"{name}.yml").get("fields") or {}
    return [
        f"contracts/fields.yml: add the word {field!r} (type, pii, description, and its code list if it has one)."
        for field in said
        if field not in words
    ]


def _missing_files(source: Source, sources: dict[str, Source], root: Path) -> list[str]:
    todo = []
    model = f"dbt_project/models/staging/{source.name}/stg_{source.name}.sql"
    if not (root / model).is_file():
        todo.append(f"{model}: write the staging model; it reads {{{{ source('raw', '{source.raw_table}') }}}} only.")
    without = committed.expected({name: other for name, other in sources.items() if name != source.name})
    wanted = committed.expected(sources)
    stale = committed.differences(sources, root)
    ours = [path for path in stale if wanted[path] != without.get(path)]
    if ours:
        todo.append(f"Run `make derive`: {', '.join(ours)} do not know the source yet.")
    if not any((root / "data/sample/landing" / source.name).glob("*")):
        todo.append(
            f"data/sample/landing/{source.name}/: add an invented extract, so that `make demo` loads the source."
        )
    return todo


def missing(name: str, root: Path = ROOT) -> list[str]:
    """What the source `name` still misses; empty when it is complete. Sentences that start with the file to touch."""
    folder = root / "contracts"
    if not (folder / "sources" / f"{name}.yml").is_file():
        return [f"contracts/sources/{name}.yml: write the contract; copy the one of a similar source."]
    try:
        words = _missing_words(name, folder)
        if words:
            return words
        sources = read_folder(folder)
    except ContractError as error:
        return [f"contracts: {error}"]
    return _missing_files(sources[name], sources, root)
