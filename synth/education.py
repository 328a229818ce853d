"""Education beside periods and dual-credit courses: classes, tests, college, Clearinghouse, scholarships, TTA.

Belongs here: the order of the extracts. Does not: any of them.
"""

from __future__ import annotations

from synth.adult_ed_classes import write_adult_ed_classes
from synth.clearinghouse import write_clearinghouse
from synth.college import make_college
from synth.college_files import write_college
from synth.extracts import Delivery
from synth.frame import Frame
from synth.people import People
from synth.scholarships import write_scholarships
from synth.tech_talent import write_tech_talent


def write_education(delivery: Delivery, people: People, learning: Frame, courses: Frame, seed: int) -> None:
    """The education extracts that follow from adult-education periods (`learning`) and dual-credit `courses`."""
    write_adult_ed_classes(delivery, people, learning, seed)
    college = make_college(people, courses, learning, seed)
    write_college(delivery, people, college, seed)
    write_clearinghouse(delivery, people, courses, college, seed)
    write_scholarships(delivery, people, college, seed)
    write_tech_talent(delivery)
