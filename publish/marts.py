"""The list of marts that may leave, read from `marts.yml`. Nothing outside the list is ever copied."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("marts.yml")


@dataclass(frozen=True)
class Mart:
    """One table of the release: where dbt built it, and the key its rows are ordered by."""

    name: str
    schema: str
    key: tuple[str, ...]


def marts() -> list[Mart]:
    """Every mart that may leave, in the order of the list."""
    import yaml

    listed = yaml.safe_load(LIST.read_text(encoding="utf-8"))["marts"]
    return [Mart(name=entry["mart"], schema=entry["schema"], key=tuple(entry["key"])) for entry in listed]
