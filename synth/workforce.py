"""The state's own workforce programmes put together: enrolments before the labour market runs, extracts after it.

Belongs here: the order of the steps and who in CTHires is known by which number. Does not: the steps.
"""

from __future__ import annotations

import numpy as np

from synth.career_connect import write_career_connect
from synth.career_loans import write_career_loans
from synth.cthires import Cthires
from synth.employer_accounts import make_accounts
from synth.employers import Employers
from synth.enrolments import make_enrolments, with_jobs
from synth.extracts import Delivery
from synth.frame import Frame
from synth.good_jobs import write_good_jobs
from synth.grants import write_grants, write_memberships
from synth.incumbent import write_incumbent_training
from synth.jobs_seen import JobsSeen
from synth.people import People
from synth.portal import write_portal
from synth.rng import unit
from synth.supports import write_supports


def enrol(people: People, cthires: Cthires, seed: int) -> Frame:
    """Every enrolment, before anything is known of jobs."""
    return make_enrolments(people, np.unique(cthires.entries["person"]), seed)


def write_workforce(
    delivery: Delivery,
    people: People,
    employers: Employers,
    cthires: Cthires,
    enrolments: Frame,
    seen: JobsSeen,
    seed: int,
) -> None:
    """Every extract of these programmes, once the labour market has run."""
    accounts = make_accounts(employers, seed)
    number = _cthires_number(people, cthires)
    told = unit(seed, "programme knows CTHires", enrolments["person"]) < 0.7
    enrolments = with_jobs(enrolments, seen, seed)
    enrolments = enrolments | {"cthires": np.where(told, number[enrolments["person"]], -1)}
    write_career_connect(delivery, people, employers, accounts, enrolments, seed)
    write_good_jobs(delivery, people, employers, accounts, enrolments, seed)
    write_supports(delivery, people, enrolments, cthires, seed)
    write_portal(delivery, people, enrolments, number, seed)
    write_incumbent_training(delivery, people, employers, accounts, seen, seed)
    write_career_loans(delivery, people, enrolments, number, seen, seed)
    write_grants(delivery, seed)
    write_memberships(delivery, len(people), employers, accounts, seed)


def _cthires_number(people: People, cthires: Cthires) -> np.ndarray:
    """The first CTHires number of each person; -1 for who has none."""
    entries = cthires.entries
    first, place = np.unique(entries["person"], return_index=True)
    number = np.full(len(people), -1, np.int64)
    number[first] = entries["number"][place]
    return number
