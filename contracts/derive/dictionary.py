"""The dictionary people read: docs/dictionary/index.md, codes.md and one page per source.

Belongs here: the pages about what agencies send. Does not: pages about marts, which dbt's own YAML describes.
"""

from __future__ import annotations

from collections.abc import Mapping

from contracts.derive.markdown import table
from contracts.messages import RuleText, rules
from contracts.model import ABOUT, PII_CLASSES, Field, Source
from contracts.tables import tables

FOLDER = "docs/dictionary"
DERIVED = "Derived from the contracts by `make derive`; the example values are invented."


def _type(field: Field) -> str:
    if field.codes:
        several = ", several separated by ;" if field.multi else ""
        return f"[{field.codes}](codes.md#{field.codes}){several}"
    unit = f" ({field.unit})" if field.unit else ""
    return f"{field.type}{unit}"


def _column_row(source: Source, field: Field) -> tuple[str, ...]:
    name = f"**{field.name}**" if field.name in source.key else field.name
    elements = [f"PIRL {field.pirl}"] if field.pirl else []
    elements += [f"CEDS {field.ceds}"] if field.ceds else []
    tail = f" ({', '.join(elements)})" if elements else ""
    return (
        name,
        field.requirement,
        _type(field),
        field.pii,
        field.description + tail,
        ", ".join(field.aliases),
        field.example,
    )


def _rule_row(rule: RuleText) -> tuple[str, ...]:
    return (rule.rule_id, rule.severity, rule.column, f"{rule.message}. {rule.fix}", rule.source)


def _file_rules(rules: list[RuleText]) -> list[str]:
    if not rules:
        return []
    return [
        "",
        "## File rules",
        "",
        "These look at several rows of the file, at those only whose values are in order.",
        "",
        *table(
            ("rule", "severity", "columns", "what is wrong, what to do", "source"), [_rule_row(rule) for rule in rules]
        ),
    ]


def _restricted_codes(source: Source) -> list[str]:
    lines = []
    for field in source.fields:
        if field.codes_where and field.code_list:
            lines.append(f"- `{field.name}` accepts of its list only {', '.join(field.code_list.codes)}.")
    return ["", *lines] if lines else []


def _drift(source: Source) -> str:
    """What happens to an unusual batch, and the shares the contract sets itself."""
    done = {"warn": "it is used, with a warning", "block": "it is held until somebody confirms it"}
    own = [f"{key.replace('_', ' ')} {value:.0%}" for key, value in source.drift.items() if key != "action"]
    return done[source.drift.get("action", "warn")] + (f" (limits: {', '.join(own)})" if own else "")


def source_page(source: Source) -> str:
    """One page: what the file is, its columns, its rules."""
    kinds = " or ".join(kind.replace("_", " ") for kind in source.period_kinds)
    stated = rules(source)
    values = [rule for rule in stated if rule.rule_id.startswith("G4.")]
    rows = [rule for rule in stated if not rule.rule_id.startswith("G4.") and not rule.over_file]
    refers = [f"`{column}` is known from {other}." for column, other in (source.references or {}).items()]
    lines = [
        f"# {source.name}: {source.title}",
        "",
        DERIVED,
        "",
        f"{source.description} Sent by: {source.agency}, one file per {kinds}. Contract {source.contract_id}, "
        f"version {source.version}. [How to send it](../agencies/{source.name}.md).",
        "",
        f"- About: {source.about}: {ABOUT[source.about]}. Due {source.due_days} days after the end of its period.",
        f"- Key (in bold below): {', '.join(source.key)}. A key that occurs twice in a file refuses the file"
        + (f", unless {' or '.join(source.key_also)} differs." if source.key_also else "."),
        f"- Format: {source.encoding}, columns separated by `{source.delimiter}`, a header, columns in any order. "
        f"[A header to copy, with one invented row](headers/{source.name}.csv).",
        "- A heading is compared in any case, with blanks, `-` and `_` alike; the other headings below mean the same.",
        f"- A file with more than {source.reject_share:.0%} bad rows (and more than {source.reject_min_rows} of them) "
        "is refused; otherwise the bad rows are held back and listed in the receipt.",
        f"- A batch that differs from the source's history: {_drift(source)}.",
        *([f"- Also as a file of fixed width: {', '.join(source.formats)}."] if source.formats else []),
        *[f"- {sentence}" for sentence in refers],
        "",
        "## Columns",
        "",
        *table(
            ("column", "requirement", "type or codes", "class", "meaning", "other headings", "example"),
            [_column_row(source, field) for field in source.fields],
        ),
        *_restricted_codes(source),
        "",
        "Class: " + "; ".join(f"{key} {meaning}" for key, meaning in PII_CLASSES.items()) + ".",
        "",
        "## Row rules",
        "",
        "A row that breaks an error is held back; a warning is counted and the row kept. A blank breaks no rule.",
        "",
        *table(
            ("rule", "severity", "columns", "what is wrong, what to do", "source"), [_rule_row(rule) for rule in rows]
        ),
        *_file_rules([rule for rule in stated if rule.over_file]),
        "",
        "## Value rules",
        "",
        *table(
            ("rule", "column", "what is wrong, what to do"),
            [(rule.rule_id, rule.column, f"{rule.message}. {rule.fix}") for rule in values],
        ),
    ]
    return "\n".join(lines) + "\n"


def codes_page(sources: Mapping[str, Source]) -> str:
    """Every code list a field uses, with its codes."""
    used = {field.codes: field for source in sources.values() for field in source.fields if field.codes}
    lines = ["# Codes", "", DERIVED, "", "Codes are compared in any case; other spellings are stored as the code.", ""]
    from contracts.codes import code_list

    for listed in tables():
        if listed.name not in used:
            continue
        codes = code_list(listed.name)
        extra = [column for column in listed.columns if column.name not in ("code", "label", "aliases")]
        lines += [f"## {listed.name}", "", f"{listed.title}. Source: {listed.source}.", ""]
        header = ("code", "label", "other spellings", *(column.name for column in extra))
        cells = [
            (row.code, row.label, ", ".join(row.aliases), *(row.attributes[column.name] for column in extra))
            for row in codes.rows
        ]
        lines += [*table(header, cells), ""]
        lines += [f"- `{column.name}`: {column.description}" for column in extra] + ([""] if extra else [])
    return "\n".join(lines).rstrip("\n") + "\n"


def index_page(sources: Mapping[str, Source]) -> str:
    """The first page: sources, then every field with the sources that send it."""
    lines = ["# Dictionary", "", DERIVED, "", "## Sources", ""]
    lines += table(
        ("source", "what", "agency", "period", "key"),
        [
            (f"[{name}]({name}.md)", source.title, source.agency, source.period_kind, ", ".join(source.key))
            for name, source in sources.items()
        ],
    )
    senders: dict[str, list[str]] = {}
    words: dict[str, Field] = {}
    for name, source in sources.items():
        for field in source.fields:
            senders.setdefault(field.name, []).append(name)
            words[field.name] = field
    lines += ["", "Code lists: [codes](codes.md).", "", "## Fields", ""]
    lines += table(
        ("field", "meaning", "class", "sent by"),
        [
            (name, words[name].description, words[name].pii, ", ".join(f"[{s}]({s}.md)" for s in senders[name]))
            for name in sorted(words)
        ],
    )
    return "\n".join(lines) + "\n"


def files(sources: Mapping[str, Source]) -> dict[str, str]:
    """Paths and texts of the committed pages."""
    pages = {f"{FOLDER}/{name}.md": source_page(source) for name, source in sources.items()}
    return {f"{FOLDER}/index.md": index_page(sources), f"{FOLDER}/codes.md": codes_page(sources), **pages}
