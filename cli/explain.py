"""`workforce explain`: what a word means, from the contracts' glossary and, for marts, dbt's own descriptions."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from cli.terminal import console, say, show_table
from home import PROJECT_ROOT

if TYPE_CHECKING:
    from rich.console import Console

    from contracts import Field

CODES_SHOWN = 40


class NotExplained(RuntimeError):
    """Nobody has said what this word means."""


def explain(asked: str) -> None:
    """Show the field's meaning, its codes, who sends it under which name, and which marts have it."""
    from contracts import normalise

    out = console()
    name = normalise(asked)
    sent = fields_called(name)
    marts = mart_columns({name, *(field.name for _, field in sent)})
    if not sent and not marts:
        near = get_close_matches(name, known_names(), n=3)
        hint = f" Near: {', '.join(near)}." if near else ""
        raise NotExplained(f"No contract and no mart has a field {asked}.{hint}")
    for field in {field.name: field for _, field in sent}.values():
        show_field(out, field)
    if sent:
        senders = [[source, field.name, field.requirement, ", ".join(field.aliases)] for source, field in sent]
        show_table(out, "Sent by", ["source", "column", "requirement", "also accepted as"], senders, left=4)
    if marts:
        shown = [[mart, column, kind, " ".join(meaning.split())] for mart, column, kind, meaning in marts]
        show_table(out, "In the marts", ["mart", "column", "type", "meaning"], shown, left=4)


def fields_called(name: str) -> list[tuple[str, Field]]:
    """(source, field) for every contract in which the word is a field's name or one of its aliases."""
    import contracts

    return [
        (source.name, field)
        for source in contracts.sources().values()
        for field in source.fields
        if name in {contracts.normalise(word) for word in (field.name, *field.aliases)}
    ]


def known_names() -> list[str]:
    import contracts

    return sorted({field.name for source in contracts.sources().values() for field in source.fields})


def show_field(out: Console, field: Field) -> None:
    """Meaning, type, unit, limits, sensitivity, standard elements, codes."""
    from contracts.model import PII_CLASSES

    facts = [
        ("meaning", field.description),
        ("type", field.type + (f", {field.unit}" if field.unit else "") + (", several allowed" if field.multi else "")),
        ("sensitivity", f"{field.pii}: {PII_CLASSES[field.pii]}"),
        ("range", f"{field.minimum or '…'} to {field.maximum or '…'}" if field.minimum or field.maximum else ""),
        ("pattern", field.pattern or ""),
        ("PIRL element", field.pirl or ""),
        ("CEDS element", field.ceds or ""),
        ("example", field.example),
    ]
    out.print(f"[bold]{field.name}[/bold]")
    for label, text in facts:
        if text:
            say(out, f"  {label:<13} {text}")
    codes = field.code_list
    if codes:
        file = f"contracts/codes/ref_{codes.name}.csv"
        say(out, f"  codes         {file}")
        for row in codes.rows[:CODES_SHOWN]:
            say(out, f"    {row.code:<14} {row.label}")
        if len(codes.rows) > CODES_SHOWN:
            say(out, f"    … and {len(codes.rows) - CODES_SHOWN} more")
    out.print()


def mart_columns(names: set[str]) -> list[tuple[str, str, str, str]]:
    """(mart, column, type, meaning) for columns of these names, as the models' own YAML describes them."""
    import yaml

    found = []
    for path in sorted((PROJECT_ROOT / "dbt_project" / "models" / "marts").rglob("*.yml")):
        for model in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader).get("models", []):
            found += [
                (model["name"], column["name"], column.get("data_type", ""), column.get("description", ""))
                for column in model.get("columns", [])
                if column["name"] in names
            ]
    return found
