"""Who is who: truth/person.parquet, truth/story.csv, truth/SYNTHETIC. (record.parquet is written with the extracts.)

Belongs here: what is true, and how large this Connecticut is beside the real one. Does not: what agencies recorded.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from synth.days import NEVER
from synth.enrolments import PROGRAMMES, oversampled
from synth.extracts import coded
from synth.names import CULTURES, EXACT, FORMS, name_book
from synth.noise import date_text, ssn_text, surname_text
from synth.people import AIAN, ASIAN, BLACK, NHPI, SUFFIXES, WHITE, People
from synth.places import places, street_text, town_text
from synth.stories import story_names
from synth.story_lives import story_rows
from synth.tables import programmes
from synth.window import PERSONS_IN_STATE, Window, oversampling

GENERATOR_VERSION = "1"


def write_truth(out: Path, people: People, seed: int, window: Window, rows_written: dict[str, int]) -> None:
    """Write the truth about the people below `out`."""
    pq.write_table(pa.table(_persons(people)), out / "person.parquet", compression="zstd")
    rows = story_rows(people, seed)
    with (out / "story.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    (out / "SYNTHETIC").write_text(_marker(len(people), seed, window, rows_written), encoding="utf-8")


def _persons(people: People) -> dict[str, pa.Array]:
    count = len(people)
    everyone = np.arange(count)
    plain, none = np.full(count, EXACT), np.zeros(count, bool)
    given = name_book().given_forms
    middle = pa.array(np.maximum(people.middle, 0) * FORMS, mask=people.middle < 0)
    number = np.where(people.ssn_from >= NEVER, 0, people.ssn)
    race = {
        name: pa.array((people.race & bit) > 0)
        for name, bit in {"aian": AIAN, "asian": ASIAN, "black": BLACK, "nhpi": NHPI, "white": WHITE}.items()
    }
    return {
        "truth_person_id": pa.array((everyone + 1).astype(np.int32)),
        "first_name": given.take(pa.array(people.given * FORMS)),
        "middle_name": given.take(middle),
        "last_name": surname_text(people.surname, plain, none, capitals=False),
        "married_last_name": _if(people.married < NEVER, surname_text(people.married_surname, plain, none, False)),
        "married_date": date_text(people.married),
        "suffix": coded(np.where(people.suffix == 0, -1, people.suffix), SUFFIXES),
        "birth_date": date_text(people.birth),
        "sex": pa.array(people.sex.astype(np.int8)),
        "hispanic": pa.array(people.hispanic > 0),
        **race,
        "culture": coded(people.culture, CULTURES),
        "ssn": ssn_text(number, number == 0, none),
        "ssn_from_date": date_text(np.where(people.ssn_from < 0, NEVER, people.ssn_from)),
        "itin": ssn_text(people.itin, people.itin == 0, none),
        "works_under_ssn_of": _other(people.lender),
        "street": street_text(people.home),
        "town_code": town_text(people.home),
        "zip": places().zip_code.take(pa.array(people.home.part)),
        "move_date": date_text(people.move),
        "next_street": _if(people.move < NEVER, street_text(people.next_home)),
        "next_town_code": _if(people.move < NEVER, town_text(people.next_home)),
        "household": pa.array(people.household.astype(np.int32)),
        "twin_of": _other(people.twin),
        "death_date": date_text(people.death),
        "story": coded(people.story, story_names()),
    }


def _if(shown: np.ndarray, values: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(shown), values, pa.scalar(None, values.type))


def _other(position: np.ndarray) -> pa.Array:
    return pa.array((position + 1).astype(np.int32), mask=position < 0)


def _marker(persons: int, seed: int, window: Window, rows_written: dict[str, int]) -> str:
    lines = [
        "Everything in this folder and in landing/ is invented. No row is about a real person.",
        "",
        f"persons: {persons}",
        f"seed: {seed}",
        f"wage quarters: {window.quarters} final, 1 still coming in",
        f"generator version: {GENERATOR_VERSION} (package synth)",
        "",
        f"Connecticut has about {PERSONS_IN_STATE:,} such persons. In proportion, its programmes would be too small to",
        "show anything in a small sample. They are therefore this many times larger than in proportion:",
    ]
    lines += [f"  {code}: {oversampling(code, persons):.1f}" for code in programmes()]
    lines += [f"  {code}: {oversampled(code, persons):.1f}" for code in PROGRAMMES]
    lines += ["", "Rows written:"]
    lines += [f"  {source}: {count}" for source, count in sorted(rows_written.items())]
    return "\n".join(lines) + "\n"
