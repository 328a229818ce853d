"""What the agencies have sent by 15 January 2026: quarters, years, extract days; how many people each programme has.

Belongs here: the calendar of extracts and programme sizes. Does not: what is in an extract.
"""

from __future__ import annotations

from dataclasses import dataclass

from synth.days import day, first_day, last_day, quarter
from synth.tables import programmes

PERSONS_IN_STATE = 2_400_000
"""People of working age, or nearly, whom the seven systems know between them: the state at full size."""
PERSONS_IN_SAMPLE = 2_000

OPENS = day("2021-07-01")
"""Lives are followed from here on."""
TODAY = day("2025-12-31")
"""The last day any extract knows."""

LAST_FINAL_WAGE_QUARTER = quarter("2025Q2")
CTHIRES_QUARTERS = range(quarter("2022Q1"), quarter("2025Q4") + 1)
APPRENTICESHIP_QUARTERS = range(quarter("2022Q2"), quarter("2025Q4") + 1, 2)
FISCAL_YEARS = range(2022, 2027)
"""Adult education: fiscal year 2022 ran from July 2021 to June 2022; 2026 is still running."""
SCHOOL_YEARS = range(2021, 2025)
FIRST_REGISTRATION = day("2018-01-01")
"""Apprenticeship agreements are followed from here on: those of 2018 were still running in 2022."""
YEARS_PER_LEARNER = 1.6

# Extracts that differ from the rest on purpose.
RESENT_PARTICIPANTS = quarter("2024Q2")
"""First sent without the Northwest area; the second extract of the quarter is complete."""
RESENT_WAGES = quarter("2023Q3")
"""First sent before all employers had filed; the final extract replaced it."""


@dataclass(frozen=True)
class Window:
    """The wage quarters of one run; everything else is fixed."""

    quarters: int = 16

    @property
    def final_wages(self) -> range:
        """The wage quarters for which all employers have filed."""
        return range(LAST_FINAL_WAGE_QUARTER - self.quarters + 1, LAST_FINAL_WAGE_QUARTER + 1)

    @property
    def wages(self) -> range:
        """All wage quarters: the final ones and one that is still coming in."""
        return range(self.final_wages.start, LAST_FINAL_WAGE_QUARTER + 2)


def cthires_extract_day(quarter_number: int) -> int:
    """The day after the quarter on which CTHires is extracted: the 15th of the next month."""
    return int(first_day(quarter_number + 1)) + 14


def wage_extract_day(quarter_number: int, final: bool) -> int:
    """Wages are extracted 46 days after the quarter while employers still file, and finally 138 days after it."""
    return int(last_day(quarter_number)) + (138 if final else 46)


def programme_persons(code: str, persons: int) -> int:
    """People who enter the programme while lives are followed, in a state of `persons` people.

    Proportional to the published or assumed yearly figure; but at least the sample floor (in proportion below 2,000
    persons), so that a small Connecticut still has someone in every programme.
    """
    floor = programmes()[code].sample_floor * min(1.0, persons / PERSONS_IN_SAMPLE)
    return max(1, round(max(_in_proportion(code, persons, years_drawn(code)), floor)))


def _in_proportion(code: str, persons: int, years: float) -> float:
    return programmes()[code].entries_per_year * years * persons / PERSONS_IN_STATE


def years_drawn(code: str) -> float:
    """Years over which the people of a programme are drawn; for adult education, years per learner taken out."""
    return {
        "APPRENTICESHIP": (TODAY - FIRST_REGISTRATION) / 365.25,
        "ADULT_ED": (len(FISCAL_YEARS) - 0.5) / YEARS_PER_LEARNER,
        "DUAL_CREDIT": float(len(SCHOOL_YEARS)),
    }.get(code, (TODAY - OPENS) / 365.25)


def oversampling(code: str, persons: int) -> float:
    """How many times larger the programme is than its share of the state; 1 in a large Connecticut."""
    return programme_persons(code, persons) / _in_proportion(code, persons, years_drawn(code))
