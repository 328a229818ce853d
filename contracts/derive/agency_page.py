"""docs/agencies: one page per source for the person who sends the file, in plain language, and their list.

Belongs here: what a steward needs to send a file and to correct it. Does not: what only readers of the data need
(docs/dictionary). Nothing is said here that is not in the contract, but for how sending works, which is the same for
all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from contracts.cross import cross_rules
from contracts.derive.markdown import table
from contracts.messages import rules, value_rules
from contracts.model import ANY, Field, Source

FOLDER = "docs/agencies"
DERIVED = "Derived from the contracts by `make derive`; example values are invented."
CODES_SHOWN = 60
"""A longer list of codes is a link."""

PERIODS = {
    "quarter": ("quarter", "2024Q1", date(2024, 3, 31)),
    "month": ("month", "2024M01", date(2024, 1, 31)),
    "year": ("year (2023, or PY2023 for July 2023 to June 2024)", "2023", date(2023, 12, 31)),
    "school_year": ("school year (SY2023: July 2023 to June 2024)", "SY2023", date(2024, 6, 30)),
}
"""How a kind of period is called, an example of its label, and that period's last day."""
MUST = {"required": "always", "conditional": "when it applies", "optional": "if you have it"}
TYPES = {"text": "text", "integer": "whole number", "decimal": "number, at most two decimals", "date": "YYYY-MM-DD"}
VALUE_RULES = (
    ("G4.required", "A cell that must be filled is blank.", "Fill it, or leave the row out if it is a mistake."),
    ("G4.type", "The cell is no number or no date.", "Numbers: digits and a point. Dates: YYYY-MM-DD or YYYYMMDD."),
    (
        "G4.code",
        "The cell holds a code that is not in the list.",
        "Use a code of the column's list; case does not matter.",
    ),
    (
        "G4.pattern",
        "The cell does not have the form it must have.",
        "See what to send in the column. Keep leading zeros.",
    ),
    (
        "G4.range",
        "The number or date is out of range.",
        "See what to send in the column. An open date is blank, not 9999-12-31.",
    ),
    (
        "G4.shortened",
        "The cell holds a number like 1.23457E+08.",
        "Format the column as text before typing or pasting.",
    ),
    (
        "G4.characters",
        "Characters that cannot be seen, full-width digits, or the mark of a lost letter.",
        "Type the value again, in plain characters.",
    ),
    (
        "G4.person_number",
        "What looks like a Social Security number stands in a column that is not for it.",
        "Take it out: only ssn may hold it.",
    ),
    ("G4.placeholder", "The cell holds NULL, N/A, - or the like (a warning).", "Leave the cell blank."),
    ("G3.ragged", "The row has more or fewer cells than the header.", "Put text that holds the separator in quotes."),
    ("G3.missing_column", "A column that is always needed is not there: the file is refused.", "Add the column."),
)


def file_name(source: Source) -> str:
    """A name the file may have."""
    _, label, last = PERIODS[source.period_kind]
    taken = last + timedelta(days=min(source.due_days, 15))
    return f"{source.agency_code}_{source.name}_{label}_{taken:%Y%m%d}_v01.csv"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _in_short(source: Source) -> list[str]:
    kind, label, last = PERIODS[source.period_kind]
    also = [PERIODS[other][0] for other in source.period_kinds if other != source.period_kind]
    due = last + timedelta(days=source.due_days)
    folders = " or ".join(f"`{name}`" for name in (source.name, *source.also_called))
    return [
        "## In short",
        "",
        f"- **What:** {source.title}. {source.description}",
        f"- **When:** one file per {' or '.join([kind, *also])}, at the latest {source.due_days} days after its end: "
        f"{label} by {_day(due)}.",
        f"- **Where:** into the landing folder {folders}.",
        f"- **Name:** `{file_name(source)}`: agency, dataset, period, the day the extract was taken, version. "
        "Without such a name a manifest must say it.",
        *_senders(source),
        "- **Whole or changes:** the whole period every time. The extract taken last counts, whenever it arrives; what "
        "is no longer in it is no longer counted. Only changes: a manifest with `mode: delta`.",
        f"- **Test it first:** `workforce validate FILE --source {source.name}`; see below.",
    ]


def _senders(source: Source) -> list[str]:
    if not source.also_from:
        return []
    others = "any other agency" if ANY in source.also_from else ", ".join(source.also_from)
    return [
        f"- **Sent by several:** {source.agency_code} and {others}. The first word of the name says who sends it; a "
        "file replaces its sender's own rows only."
    ]


def _formats(source: Source) -> list[str]:
    separator = {",": "comma", "\t": "tab", "|": "pipe", ";": "semicolon"}.get(source.delimiter, source.delimiter)
    fixed = f" or in the fixed-width layout {' or '.join(source.formats)}" if source.formats else ""
    pirl = ["- PIRL element numbers are accepted as headings."] if source.pirl_headings else []
    return [
        "## The file",
        "",
        f"- CSV ({source.encoding}, separated by {separator}), tab or pipe separated text, Excel (xlsx, xls: one sheet "
        f"with the data, no macros, no password), Parquet{fixed}; alone, or as the one file in a gzip or zip. Another "
        "encoding or separator is agreed once and kept in the agency's profile.",
        "- The first line has the column headings, in any order. Upper and lower case, blanks, `-` and `_` make no "
        "difference. Columns nobody asked for are ignored, with a warning.",
        *pirl,
        "- Dates as YYYY-MM-DD or YYYYMMDD. Numbers with digits and a point: no thousands separators, no currency "
        "signs, no brackets for minus. Numbers of people and places are text: keep their leading zeros.",
        "- What is not known is blank: not N/A, NULL, - or 0.",
        f"- [A header with one invented row](../dictionary/headers/{source.name}.csv) to start from.",
        "",
        "A manifest beside the file is optional. It is a small text file with the name of the file and "
        "`.manifest.json` after it; leave out what you do not need:",
        "",
        "```json",
        *_manifest(source),
        "```",
        "",
        "`sha256` (the file's checksum) proves that the file arrived whole; `drift_accepted: true` says that an "
        "unusual number of rows is meant.",
    ]


def _manifest(source: Source) -> list[str]:
    _, label, last = PERIODS[source.period_kind]
    layout = ['  "layout_year": 2024,'] if source.pirl_headings else []
    return [
        "{",
        f'  "period": "{label}",',
        f'  "extract_ts": "{last + timedelta(days=min(source.due_days, 15))}T06:30:00",',
        '  "mode": "snapshot",',
        *layout,
        '  "rows": 1234,',
        '  "final": false',
        "}",
    ]


def _to_send(field: Field) -> str:
    if field.codes:
        several = ", several separated by ;" if field.multi else ""
        return f"code of [{field.codes}](#{field.codes}){several}"
    said = [TYPES[field.type] + (f" ({field.unit})" if field.unit else "")]
    said += [
        rule.fix for rule in value_rules(field) if rule.rule_id in ("G4.pattern", "G4.range") and not _is_open(field)
    ]
    return ". ".join(text.rstrip(".") for text in said)


def _is_open(field: Field) -> bool:
    """Whether the range is only the one that every date has."""
    return field.type == "date" and (field.minimum, field.maximum) == ("1900-01-01", "2099-12-31")


def _columns(source: Source) -> list[str]:
    rows = [
        (
            f"**{field.name}**" if field.name in source.key else field.name,
            MUST[field.requirement],
            _to_send(field),
            field.description,
            ", ".join(field.aliases),
            field.example,
        )
        for field in source.fields
    ]
    return [
        "## Columns",
        "",
        f"Bold: the key ({', '.join(source.key)}), which tells one row from another. Columns filled *when it applies* "
        "or *if you have it* may be left out altogether.",
        "",
        *table(("column", "filled", "what to send", "meaning", "other headings", "example"), rows),
    ]


def _codes(source: Source) -> list[str]:
    lines = ["", "## Codes", ""]
    seen: set[str] = set()
    for field in source.fields:
        listed = field.code_list
        if listed is None or field.codes in seen:
            continue
        seen.add(listed.name)
        lines += [f"### {listed.name}", ""]
        if len(listed.rows) > CODES_SHOWN:
            lines += [
                f"{len(listed.rows)} codes, from {listed.codes[0]} ({listed.rows[0].label}) to {listed.codes[-1]} "
                f"({listed.rows[-1].label}): [all of them](../dictionary/codes.md#{listed.name}).",
                "",
            ]
            continue
        rows = [(row.code, row.label, ", ".join(row.aliases)) for row in listed.rows]
        lines += [*table(("code", "meaning", "also accepted"), rows), ""]
    return lines[:-1] if seen else []


def _checks(source: Source) -> list[str]:
    after = {"error": "row kept out", "warning": "row kept, please look"}
    own = [
        (rule.rule_id, after[rule.severity], f"{rule.message}.", rule.fix)
        for rule in rules(source)
        if not rule.rule_id.startswith("G4.")
    ]
    cross = [
        (rule.id, "row kept, please look", f"{rule.message}.", rule.fix)
        for rule in cross_rules()
        if rule.source == source.name
    ]
    repeated = {
        "reject_file": "The file is refused, since nobody can tell which row is right.",
        "quarantine_rows": "All rows of that key are kept out.",
    }[source.duplicate_key]
    also = f" (unless {' or '.join(source.key_also)} differs)" if source.key_also else ""
    lines = [
        "## What is checked",
        "",
        "Every file, column by column:",
        "",
        *table(("rule", "what it means", "how to correct it"), VALUE_RULES),
        "",
        f"`G5.duplicate_key`: the key is there more than once{also}. {repeated}",
    ]
    if own:
        lines += ["", "In this file, between columns and rows:", ""]
        lines += table(("rule", "consequence", "what it means", "how to correct it"), own)
    if cross:
        lines += ["", "Against files of other sources, after loading:", ""]
        lines += table(("rule", "consequence", "what it means", "how to correct it"), cross)
    blocks = source.drift.get("action") == "block"
    return [
        *lines,
        "",
        f"The file is refused as a whole when more than {source.reject_share:.0%} of its rows (and more than "
        f"{source.reject_min_rows}) have an error; otherwise the good rows are used and the others listed. A file that "
        "differs much from those before it (rows, blanks, codes, amounts) is "
        + ("held until somebody confirms it." if blocks else "used, with a warning."),
    ]


def _afterwards(source: Source) -> list[str]:
    return [
        "## Test before sending",
        "",
        "```sh",
        f"workforce validate {file_name(source)} --source {source.name}",
        "```",
        "",
        "Nothing is loaded and nothing leaves the machine. Exit code 0: accepted, perhaps with warnings; 1: some rows "
        "would be kept out; 2: the file would be refused; 3: a fault of the program. `--json` for programs. From "
        "Python, without duplicates and thresholds:",
        "",
        "```python",
        "import pandas as pd",
        "",
        "import contracts",
        "",
        f'data = pd.read_csv("{file_name(source)}", dtype=str, keep_default_na=False)',
        f'rows, findings = contracts.validate("{source.name}", data)',
        "```",
        "",
        "## The receipt",
        "",
        "Every file gets one, as a page, as JSON and as a list of findings. It says what was received, what is in use, "
        "what was kept out and what a newer file replaced; these add up. Each finding names the rule, the column, the "
        "row numbers and what to do, never a value. Rows count from 1 after the header: row 1 is line 2 of a "
        "spreadsheet.",
        "",
        "- *Accepted*: nothing to do. *Accepted, with warnings*: all rows are in use; look at the warnings.",
        "- *Some rows kept out*: the others are in use. Correct the listed rows and send the whole extract again, with "
        "a newer day or version.",
        "- *Rejected*: nothing of the file is in use, and the extract before stays. Correct it and send it again.",
        "",
        "The rows in use go into the next nightly build. A file that is late or missing shows up in "
        "`workforce status` and will be asked for.",
    ]


def _privacy(source: Source) -> list[str]:
    named = {kind: [field.name for field in source.fields if field.pii == kind] for kind in "DQS"}
    if source.about != "person":
        return ["## Privacy", "", "No column is about a single person. Please send none that is."]
    if not any(named.values()):
        return [
            "## Privacy",
            "",
            "Rows are about people by number only; no column names or describes them. Please add none.",
        ]
    lines = ["## Privacy", ""]
    if named["D"]:
        lines.append(
            f"- Kept in the vault only, never in the warehouse: {', '.join(named['D'])}. The warehouse has a number in "
            "their place that means nothing elsewhere."
        )
    if named["Q"]:
        lines.append(
            f"- In the vault to find who is who, and in the warehouse for statistics: {', '.join(named['Q'])}."
        )
    if named["S"]:
        lines.append(f"- Sensitive, for statistics only: {', '.join(named['S'])}.")
    lines.append(
        "- Columns that are not in the list above are not stored beyond the archived file. Please leave them out."
    )
    return lines


def agency_page(source: Source) -> str:
    """The page of one source."""
    parts = [
        [
            f"# Sending {source.name}",
            "",
            f"For {source.agency}. Contract {source.contract_id}, version {source.version}.",
        ],
        [DERIVED, "", f"[All sources](README.md) · [the full reference](../dictionary/{source.name}.md)"],
        _in_short(source),
        _formats(source),
        [*_columns(source), *_codes(source)],
        _checks(source),
        _afterwards(source),
        _privacy(source),
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def index_page(sources: Mapping[str, Source]) -> str:
    """All sources, by agency."""
    ordered = sorted(sources.values(), key=lambda source: (source.agency, source.name))
    rows = [
        (
            source.agency,
            f"[{source.name}]({source.name}.md)",
            source.title,
            " or ".join(source.period_kinds).replace("_", " "),
            str(source.due_days),
        )
        for source in ordered
    ]
    lines = ["# What each agency sends", "", DERIVED, "", "One page per file, for the person who sends it.", ""]
    lines += table(("agency", "source", "what", "a file per", "due, days after its end"), rows)
    return "\n".join(lines) + "\n"


def files(sources: Mapping[str, Source]) -> dict[str, str]:
    """Paths and texts of the committed pages."""
    pages = {f"{FOLDER}/{name}.md": agency_page(source) for name, source in sources.items()}
    return {f"{FOLDER}/README.md": index_page(sources), **pages}
