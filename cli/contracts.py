"""`workforce contracts`: what agencies are asked for, for the person who drafts, sends or catalogues a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.out_file import check_out
from cli.terminal import console, say, show_table

if TYPE_CHECKING:
    from contracts import Source

FORMATS = ("odcs",)


class NoSuchThing(RuntimeError):
    """There is no such contract or format."""


def find(name: str) -> Source:
    """The contract of that name, one it is also called, or its id."""
    import contracts

    known = contracts.canonical_name(name)
    if known not in contracts.source_names():
        from difflib import get_close_matches

        near = get_close_matches(name, contracts.source_names(), n=3)
        hint = f" Near: {', '.join(near)}." if near else " `workforce contracts list` shows all."
        raise NoSuchThing(f"There is no contract {name}.{hint}")
    return contracts.load(known)


def show_list() -> None:
    """One line per contract."""
    import contracts

    rows = [
        [
            source.name,
            source.contract_id,
            source.agency,
            source.about,
            " or ".join(source.period_kinds).replace("_", " "),
            str(source.due_days),
            str(len(source.fields)),
        ]
        for source in contracts.sources().values()
    ]
    heads = ["source", "contract", "agency", "about", "period", "due, days after", "columns"]
    show_table(console(), f"{len(rows)} contracts", heads, rows, left=5)


def show(name: str) -> None:
    """One contract to read: what to send, its columns, its rules."""
    from rich.markup import escape

    import contracts

    source = find(name)
    out = console()
    kinds = " or ".join(source.period_kinds).replace("_", " ")
    say(out, f"{source.name}: {source.title} ({source.contract_id}, version {source.version})")
    say(out, f"  {source.description}")
    say(out, f"  Sent by {source.agency}, one file per {kinds}, {source.due_days} days after its end at the latest.")
    say(out, f"  Key: {', '.join(source.key)}.")
    if source.also_called:
        say(out, f"  Also called {', '.join(source.also_called)}.")
    columns = [
        [
            field.name,
            field.requirement,
            f"codes {field.codes}" if field.codes else field.type,
            field.pii,
            escape(field.description),
            escape(", ".join(field.aliases)),
        ]
        for field in source.fields
    ]
    say(out, "")
    heads = ["column", "requirement", "type", "class", "meaning", "other headings"]
    show_table(out, "Columns", heads, columns, left=len(heads))
    rules = [
        [rule.rule_id, rule.severity, escape(f"{rule.message}. {rule.fix}")]
        for rule in contracts.rules(source)
        if not rule.rule_id.startswith("G4.")
    ]
    if rules:
        show_table(out, "Rules between columns and rows", ["rule", "severity", "what, and what to do"], rules, left=3)


def template(name: str, target: Path | None) -> None:
    """A header and one invented row, to fill in."""
    from contracts.derive.sample_header import sample_header

    deliver(sample_header(find(name)), target)


def export(name: str | None, every: bool, form: str, target: Path | None) -> None:
    """One contract in another notation; or all of them, a file each in the folder `target`."""
    import contracts
    from contracts.derive.odcs_export import odcs_text

    if form not in FORMATS:
        raise NoSuchThing(f"There is no format {form}; it is one of {', '.join(FORMATS)}.")
    if every == (name is not None):
        raise NoSuchThing("Name a contract, or ask for --all of them.")
    if name is not None:
        deliver(odcs_text(find(name)), target)
        return
    if target is None:
        raise NoSuchThing("Say with --out into which folder the contracts shall go.")
    target.mkdir(parents=True, exist_ok=True)
    for source in contracts.sources().values():
        deliver(odcs_text(source), target / f"{source.name}.odcs.yaml")


def deliver(text: str, target: Path | None) -> None:
    """Print the text, or write it to a file that is not there yet."""
    if target is None:
        print(text, end="")
        return
    if target.exists():
        raise NoSuchThing(f"{target} is there already; move it away or choose another name.")
    check_out(target)
    target.write_text(text, encoding="utf-8")
    say(console(), f"Wrote {target}.")
