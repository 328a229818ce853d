"""The columns of person records: what they are called, and how a typed or damaged value becomes the text it stands for.

Belongs here: headings, types of columns, text as SQL. Does not: files, what a value is worth
as evidence (`standardise`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from contracts.header import normalise, run_together
from home.sql import literal
from linkage.records_std import IDENTIFYING, OPTIONAL
from linkage.run import LinkageError

IDS = ("source_system", "source_record_id")
COLUMNS = (*IDS, *IDENTIFYING, *OPTIONAL)
ALSO_CALLED = {
    "ssn": ("social_security_number",),
    "first_name": ("given_name", "first"),
    "middle_name": ("middle_initial", "middle"),
    "last_name": ("family_name", "surname", "last"),
    "suffix": ("name_suffix",),
    "date_of_birth": ("birth_date", "dob"),
    "sex": ("gender",),
    "street": ("street_address", "address", "address_1", "address_line_1"),
    "city": ("town",),
    "zip": ("zip_code", "postal_code"),
    "phone": ("phone_number", "telephone"),
    "email": ("email_address", "e_mail"),
}
MEANT = {run_together(word): name for name in COLUMNS for word in (name, *ALSO_CALLED.get(name, ()))}

DIGITS = {"ssn": 9, "zip": 5}
"""Numbers whose leading zeros are lost where they are kept as integers."""
NOTHING = ("nan", "NaN", "NaT", "None", "<NA>", "null", "NULL", "N/A", "n/a", "#N/A")
"""What data frames, databases and spreadsheets write for a value that is not there."""
HEADING = re.compile(r"[A-Za-z_][A-Za-z0-9_ .-]{0,39}")
WHOLE = re.compile(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)")
FRACTION = re.compile(r"(FLOAT|DOUBLE|DECIMAL\(.*)")
NESTED = re.compile(r".*(\[\d*\]|^(STRUCT|MAP|UNION|LIST)\b.*)", re.DOTALL)


def meant(heading: str) -> str | None:
    """The column a heading stands for, in any case and however its words are parted; None for one we do not know."""
    return MEANT.get(run_together(normalise(heading)))


def assign(headings: Sequence[str], file: str) -> dict[str, int]:
    """Column → its place among the headings. Raises LinkageError when two stand for one, or what must be there is not.

    No heading is quoted unless the file has a header: in a file without one, its first row is a person.
    """
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        name = meant(heading)
        if name in found:
            raise LinkageError(f"{file} has two columns for {name}: leave one of them.")
        if name:
            found[name] = place
    if "source_record_id" not in found:
        raise LinkageError(
            f"{file} has no column source_record_id: every record needs an id, and the first row of a file is its "
            "header."
        )
    if not set(found) & {*IDENTIFYING, "sasid", "agency_person_id"}:
        raise LinkageError(f"{file} has no column that tells who somebody is: send some of {', '.join(IDENTIFYING)}.")
    return found


def unknown(headings: Sequence[str]) -> list[str]:
    """What the columns nobody uses are called; one whose heading may be a value is called by its place."""
    return [
        heading if HEADING.fullmatch(heading) else f"column {place}"
        for place, heading in enumerate(headings, 1)
        if meant(heading) is None
    ]


def text_sql(name: str, column: str, kind: str) -> str:
    """SQL that gives `column` (SQL) of type `kind` as the text that column `name` holds; raises for nested types."""
    if NESTED.fullmatch(kind):
        raise LinkageError(f"{name} is a list or a structure: it must be text.")
    if WHOLE.fullmatch(kind):
        return padded(name, f"{column}::varchar")
    if FRACTION.fullmatch(kind):
        return padded(name, f"case when not isnan({column}::double) then {column}::hugeint::varchar end")
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return f"{column}::date::varchar" if name == "date_of_birth" else f"{column}::varchar"
    return f"{column}::varchar" if name in IDS else cleaned(name, f"{column}::varchar")


def has_fractions_sql(column: str, kind: str) -> str | None:
    """A condition true of rows whose number is no whole one, where the type allows such numbers; else None."""
    if not FRACTION.fullmatch(kind):
        return None
    number = f"{column}::double"
    return f"({number} is not null and not isnan({number}) and (abs({number}) >= 1e15 or {number} <> trunc({number})))"


def padded(name: str, digits: str) -> str:
    """Digits with their leading zeros again; a ZIP+4 has nine. Longer ones stay as they are."""
    if name not in DIGITS:
        return digits
    long = f"when length({digits}) between 6 and 8 then lpad({digits}, 9, '0') " if name == "zip" else ""
    short = f"when length({digits}) < {DIGITS[name]} then lpad({digits}, {DIGITS[name]}, '0') "
    return f"case {short}{long}else {digits} end"


def cleaned(name: str, text: str) -> str:
    """Text without outer blanks, an empty one null; what a spreadsheet or data frame added to a value is taken off.

    So is what it writes where there is none, except of an id: in its own letter case, for there are people called Nan.
    """
    plain = f"nullif(trim({text}), '')"
    if name not in IDS:
        plain = f"case when {plain} not in ({', '.join(literal(word) for word in NOTHING)}) then {plain} end"
    if name == "date_of_birth":
        return f"regexp_replace({plain}, {literal(r'[T ]00:00(:00([.]0+)?)?(Z|[+-]00:?00)?$')}, '')"
    if name in (*DIGITS, "phone", "sasid"):
        whole = f"regexp_replace({plain}, '[.]0+$', '')"
        was_number = f"regexp_full_match({plain}, '[0-9]+[.]0+')"
        return f"case when {was_number} then {padded(name, whole)} else {plain} end"
    return plain
