"""What a source that is being added still misses, as a to-do list in the order to work through it.

Belongs here: looking. Does not: writing any of it; `make derive` writes what is derived, the rest is judgement.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from contracts.derive import committed
from contracts.derive.committed import ROOT
from contracts.errors import ContractError
from contracts.model import Source
from contracts.registry import read_folder
from contracts.yaml_file import read_yaml


class _Project:
    """The contracts below a root and what they ask for, each looked at once and only when needed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def sources(self) -> dict[str, Source]:
        return read_folder(self.root / "contracts")

    @cached_property
    def wanted(self) -> dict[str, str]:
        return committed.expected(self.sources)

    @cached_property
    def stale(self) -> dict[str, str]:
        return committed.differences(self.wanted, self.root)


def _missing_words(name: str, folder: Path) -> list[str]:
    words = read_yaml(folder / "fields.yml")
    said = read_yaml(folder / "sources" / f"{name}.yml").get("fields") or {}
    return [
        f"contracts/fields.yml: add the word {field!r} (type, pii, description, and its code list if it has one)."
        for field in said
        if field not in words
    ]


def _missing_files(source: Source, project: _Project) -> list[str]:
    root, sources = project.root, project.sources
    todo = []
    model = f"dbt_project/models/staging/{source.name}/stg_{source.name}.sql"
    if not (root / model).is_file():
        todo.append(f"{model}: write the staging model; it reads {{{{ source('raw', '{source.raw_table}') }}}} only.")
    ours = []
    if project.stale:
        without = committed.expected({name: other for name, other in sources.items() if name != source.name})
        ours = [path for path in project.stale if project.wanted[path] != without.get(path)]
    if ours:
        todo.append(f"Run `make derive`: {', '.join(ours)} do not know the source yet.")
    if not any((root / "data/sample/landing" / source.name).glob("*")):
        todo.append(
            f"data/sample/landing/{source.name}/: add an invented extract, so that `make demo` loads the source."
        )
    return todo


def missing(name: str, root: Path = ROOT) -> list[str]:
    """What the source `name` still misses; empty when it is complete. Sentences that start with the file to touch."""
    return missing_of_each([name], root)[name]


def missing_of_each(names: Iterable[str], root: Path = ROOT) -> dict[str, list[str]]:
    """The same for several sources, of one look at the project."""
    project = _Project(root)
    return {name: _missing(name, project) for name in names}


def _missing(name: str, project: _Project) -> list[str]:
    folder = project.root / "contracts"
    if not (folder / "sources" / f"{name}.yml").is_file():
        return [f"contracts/sources/{name}.yml: write the contract; copy the one of a similar source."]
    try:
        words = _missing_words(name, folder)
        if words:
            return words
        source = project.sources[name]
    except ContractError as error:
        return [f"contracts: {error}"]
    return _missing_files(source, project)
