"""The whole run: people, families, stories, programmes, jobs, extracts, truth.

Belongs here: the order of the steps. Does not: any step.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from synth import adult_ed, apprenticeship, cthires_outcomes
from synth.adult_ed import make_adult_ed, write_adult_ed
from synth.apprenticeship import make_apprenticeships, write_apprenticeships
from synth.cthires import make_cthires, with_stories
from synth.cthires_entries import CODES
from synth.cthires_files import write_cthires
from synth.dual_credit import make_dual_credit, write_dual_credit
from synth.economy import write_economy
from synth.education import write_education
from synth.employers import make_employers
from synth.extracts import Delivery
from synth.families import live_as_families
from synth.frame import stack
from synth.jobs import Effects, LabourMarket
from synth.jobs_seen import JobsSeen
from synth.people import make_people
from synth.stories import cast, place_employers, place_people
from synth.story_lives import (
    told_agreements,
    told_courses,
    told_cthires,
    told_jobs,
    told_learning,
    told_overrides,
)
from synth.truth import write_truth
from synth.wage_book import PersonQuarters, WageBook
from synth.wages import write_wages
from synth.window import Window
from synth.wioa import write_wioa
from synth.workforce import enrol, write_workforce

FEWEST = 200


def generate(persons: int, seed: int, out: Path, quarters: int = 16) -> None:
    """Write an invented Connecticut of `persons` people to out/landing/<source>/ and out/truth/.

    The same persons, seed and quarters give the same bytes. Extracts run to 15 January 2026; `quarters` is the number
    of final wage quarters, which end in 2025Q2 (one more is still coming in). Programmes are as large as in the state,
    in proportion; below about 400,000 persons the smaller ones are over-sampled, by the factors in truth/SYNTHETIC.
    Only out/landing and out/truth are touched; what was in them is replaced.

    Raises ValueError for fewer than 200 persons or fewer than 1 quarter.
    """
    if persons < FEWEST or quarters < 1:
        raise ValueError(f"A Connecticut needs at least {FEWEST} persons and 1 wage quarter.")
    for folder in ("landing", "truth"):
        shutil.rmtree(out / folder, ignore_errors=True)
    window = Window(quarters)
    people = make_people(persons, seed, reserved=len(cast()))
    live_as_families(people, seed)
    place_people(people)
    employers = make_employers(persons, seed)
    story_employers = place_employers(employers)
    cthires = with_stories(make_cthires(people, seed), told_cthires(people, seed))
    learning = stack([make_adult_ed(people, seed), told_learning()])
    courses = stack([make_dual_credit(people, seed), told_courses(people)])
    agreements = stack([make_apprenticeships(people, employers, seed), told_agreements(story_employers)])
    effects = Effects(
        stack([adult_ed.effects(learning, seed), cthires_outcomes.effects(cthires.entries)]),
        apprenticeship.effects(agreements),
    )
    enrolments = enrol(people, cthires, seed)
    wioa = np.isin(cthires.entries["programme"], [CODES.index(code) for code in ("ADULT", "DW", "YOUTH")])
    with Delivery(out, told_overrides()) as delivery:
        write_cthires(delivery, people, cthires, seed)
        write_apprenticeships(delivery, people, employers, agreements, cthires.entries["person"][wioa], seed)
        write_adult_ed(delivery, people, learning, seed)
        write_dual_credit(delivery, people, courses, seed)
        write_education(delivery, people, learning, courses, seed)
        market = JobsSeen(LabourMarket(people, employers, effects, seed), employers, enrolments["person"])
        book = WageBook(people, employers, cthires.entries["person"])
        watchers = (book.note, PersonQuarters(delivery, people, employers, seed).write)
        write_wages(delivery, people, employers, market, told_jobs(story_employers), window, seed, watchers)
        write_wioa(delivery, people, cthires, learning, book, seed)
        write_economy(delivery, persons, employers, cthires, window, seed)
        write_workforce(delivery, people, employers, cthires, enrolments, market, seed)
        write_truth(out / "truth", people, seed, window, delivery.rows_written)
