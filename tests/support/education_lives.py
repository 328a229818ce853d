"""Invented people in dual credit, college, adult education and workforce programmes, as agencies would send them.

Belongs here: adding one record of a person to a landing folder. Does not: the cases and what comes of them.
"""

from __future__ import annotations

from tests.support.landing import Landing, Person

NEWEST = "20260131"
CT_STATE, UCONN = "129367", "129020"


class Lives:
    """Adds one record at a time; the running number keeps identifiers apart."""

    def __init__(self, landing: Landing, after: int = 0) -> None:
        self.landing = landing
        self.count = after
        self.people: dict[str, Person] = {}

    def person(self, name: str) -> Person:
        self.count += 1
        self.people[name] = Person(self.count)
        return self.people[name]

    def _named(self, person: Person) -> dict[str, str]:
        return {"first_name": person.first_name, "last_name": person.last_name}

    def _sasid(self, person: Person) -> str:
        return f"{7000000000 + person.number}"

    def dual_credit(self, person: Person, school_year: int, **values: str) -> None:
        self.landing.add(
            "dual_credit",
            f"SY{school_year}",
            NEWEST,
            student_id=self._sasid(person),
            **self._named(person),
            birth_date=person.birth_date,
            school_year=str(school_year),
            **{"term": f"{school_year + 1}10"} | values,
        )

    def _at_college(self, source: str, person: Person, **values: str) -> None:
        college = values.get("ihe_unitid", CT_STATE)
        self.landing.add(
            source,
            f"SY{int(values['term'][:4]) - 1}",
            NEWEST,
            college_student_id=f"@{college[-2:]}{person.number:06d}",
            ssn=person.ssn,
            sasid=self._sasid(person),
            **self._named(person),
            birth_date=person.birth_date,
            **{"campus_code": "" if college != CT_STATE or values["term"] < "202410" else "CAP"} | values,
        )

    def term(self, person: Person, term: str, **values: str) -> None:
        self._at_college("postsecondary_term", person, term=term, **values)

    def award(self, person: Person, term: str, conferred_date: str, level: str, **values: str) -> None:
        self._at_college(
            "postsecondary_award", person, term=term, conferred_date=conferred_date, award_level=level, **values
        )

    def clearinghouse(self, person: Person, **values: str) -> None:
        """An enrolment or a degree at CT State; nothing else given: not found."""
        found = {"college_code": "007635-00", "college_name": "CT STATE", "graduated": "N"} if values else {}
        nothing = {"record_found": "N", "college_state": "", "college_level": "", "college_sequence": ""}
        self.landing.add(
            "nsc_studenttracker",
            "SY2025",
            NEWEST,
            sasid=self._sasid(person),
            **self._named(person),
            **(found | values if values else nothing),
        )

    def adult_ed(self, person: Person, entry: str, last_day: str, fiscal_year: str) -> None:
        self.landing.add(
            "adult_ed",
            "2023Q2",
            NEWEST,
            student_id=f"AE{person.number:05d}",
            **person.identifiers(),
            birth_date=person.birth_date,
            pop_fiscal_year=fiscal_year,
            entry_date=entry,
            last_activity_date=last_day,
            exit_date=last_day,
        )

    def participant(self, person: Person, entry: str, exit_date: str, **values: str) -> None:
        self.landing.add(
            "cthires_participant",
            "2025Q4",
            NEWEST,
            participant_id=person.participant_id,
            **person.identifiers(),
            birth_date=person.birth_date,
            entry_date=entry,
            exit_date=exit_date,
            **values,
        )
