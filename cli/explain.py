"""`workforce explain`: what a word means: a field by the contracts' glossary, a mart's column by dbt's own description,
a metric by the registry."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from cli.terminal import console, say, show_table

if TYPE_CHECKING:
    from rich.console import Console

    from contracts import Field

CODES_SHOWN = 40


class NotExplained(RuntimeError):
    """Nobody has said what this word means."""


def explain(asked: str) -> None:
    """Show a metric (`explain_metric`), or a field's meaning, its codes, who sends it and which marts have it."""
    from cli.explain_metric import registry, show_metric
    from contracts import normalise

    out = console()
    name = normalise(asked)
    if name.upper() in registry():
        show_metric(out, name.upper())
        return
    sent = fields_called(name)
    marts = mart_columns({name, *(field.name for _, field in sent)})
    if not sent and not marts:
        near = get_close_matches(name, [*known_names(), *(code.lower() for code in registry())], n=3)
        hint = f" Near: {', '.join(near)}." if near else ""
        raise NotExplained(f"No contract and no mart has a field {asked}, and no metric has that code.{hint}")
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
    say(out, field.name, bold=field.name)
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
    from cli.models import described

    return [
        (model["name"], column["name"], column.get("data_type", ""), column.get("description", ""))
        for model in described()
        for column in model.get("columns", [])
        if column["name"] in names
    ]
