"""What a reviewer's words must not hold, and what they may."""

from __future__ import annotations

import pytest

from linkage.reason import fault

NAMES = ("MARÍA", None, "O'Brien-Lopez", "de la Cruz", "An", "UNKNOWN")


@pytest.mark.parametrize(
    "words",
    [
        "born 1980-02-03",
        "on 2/3/1980 as on paper",
        "02/03/80",
        "3.2.1980",
        "25-12-1980",
        "03-FEB-1980",
        "3 February 1980",
        "3rd Feb 80",
        "Feb 3, 1980",
        "keyed 19800203",
    ],
)
def test_a_date_is_known_in_any_style(words: str) -> None:
    assert fault(words) == "a date"


@pytest.mark.parametrize("words", ["Maria on paper", "the LOPEZ form", "obrien", "a Cruz", "An and her son"])
def test_a_name_of_the_two_is_known_without_accents_and_case(words: str) -> None:
    assert fault(words, NAMES) == "a name of one of the two"
    assert fault(words) is None


@pytest.mark.parametrize(
    "words",
    [
        "same student id on an old paper of 2019",
        "two of the la Salle twins, unknown before",
        "letter 14 of file 12/7; item 3.2.1",
        "seen twice in May, version 1.2",
        "room 20251",
    ],
)
def test_words_and_other_numbers_are_left_alone(words: str) -> None:
    assert fault(words, NAMES) is None
