"""How a record shows a person: names misspelt or shortened, numbers mistyped, dates turned round, zeros lost.

Belongs here: from what is true of a person to what one agency wrote down. Does not: what is true (people.py), files.
Every error is drawn by hash from the record's own key, so the same intake is wrong in the same way in every extract.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.days import NEVER, age, from_parts, parts
from synth.names import EXACT, FORMS, NICKNAME, name_book
from synth.people import HYPHEN, NONE, SUFFIXES, People, Surname
from synth.places import Address, places, street_text, town_text
from synth.rng import pick, unit

Columns = dict[str, pa.Array]
PLACEHOLDERS = np.array([999_999_999, 123_456_789, 111_111_111, 0])
_MASK_UNDER_AGE = 26
"""Below this age birth dates are copied from a document: programmes for youth depend on them."""


@dataclass(frozen=True)
class Habits:
    """How one source writes people down: capitals or not, and how often something goes wrong."""

    source: str
    capitals: bool = False
    ssn_missing: float = 0.0
    ssn_placeholder: float = 0.0
    ssn_wrong: float = 0.0
    ssn_zero_lost: float = 0.0
    birth_wrong: float = 0.0
    given_wrong: float = 0.0
    nickname: float = 0.0
    surname_wrong: float = 0.0
    one_surname: float = 0.0
    middle: float = 0.0
    suffix: float = 0.6
    zip_zero_lost: float = 0.0
    given_length: int = 35
    surname_length: int = 35
    initial_only: float = 0.0
    name_lag_days: int = 0


class Recorder:
    """Writes people down in the habits of one source."""

    def __init__(self, people: People, seed: int, habits: Habits) -> None:
        self.people, self.seed, self.habits = people, seed, habits

    def _strikes(self, what: str, rate: float, key: np.ndarray, who: np.ndarray) -> np.ndarray:
        """Where an error of this kind happens; never to people of the stories, whose records are written by hand."""
        if rate == 0.0:
            return np.zeros(len(key), bool)
        return (unit(self.seed, f"{self.habits.source}/{what}", key) < rate) & (self.people.story[who] < 0)

    def first_name(self, who: np.ndarray, key: np.ndarray) -> pa.Array:
        """Given name: as it is, a nickname, misspelt, or only its initial."""
        habits, book = self.habits, name_book()
        form = np.where(self._strikes("nickname", habits.nickname, key, who), NICKNAME, EXACT)
        wrong = self._strikes("given", habits.given_wrong, key, who)
        form = np.where(wrong, 2 + pick(self.seed, "which given form", 3, key), form)
        forms = book.given_ascii if habits.capitals else book.given_forms
        written = forms.take(pa.array(self.people.given[who] * FORMS + form))
        length = np.where(self._strikes("initial", habits.initial_only, key, who), 1, habits.given_length)
        initial = pc.utf8_slice_codeunits(written, 0, 1)
        return pc.if_else(pa.array(length == 1), initial, pc.utf8_slice_codeunits(written, 0, habits.given_length))

    def middle_name(self, who: np.ndarray, key: np.ndarray) -> pa.Array:
        """Middle name, often only its initial, often missing."""
        book, middle = name_book(), self.people.middle[who]
        story = self.people.story[who] >= 0
        shown = (middle >= 0) & ((unit(self.seed, f"{self.habits.source}/middle", key) < self.habits.middle) | story)
        forms = book.given_ascii if self.habits.capitals else book.given_forms
        written = forms.take(pa.array(np.maximum(middle, 0) * FORMS))
        short = (unit(self.seed, "middle initial", key) < 0.6) & ~story
        written = pc.if_else(pa.array(short), pc.utf8_slice_codeunits(written, 0, 1), written)
        return pc.if_else(pa.array(shown), written, pa.scalar(None, pa.string()))

    def last_name(self, who: np.ndarray, key: np.ndarray, on: np.ndarray) -> pa.Array:
        """Surname on a day: the married name some time after the wedding; of two surnames sometimes one."""
        people, habits = self.people, self.habits
        changed = on >= people.married[who] + habits.name_lag_days
        surname = people.surname.take(who).where(changed, people.married_surname.take(who))
        wrong = self._strikes("surname", habits.surname_wrong, key, who)
        form = np.where(wrong, 2 + pick(self.seed, "which surname form", 3, key), EXACT)
        single = self._strikes("one surname", habits.one_surname, key, who) & (surname.joiner != HYPHEN)
        written = surname_text(surname, form, single, habits.capitals)
        return pc.utf8_slice_codeunits(written, 0, habits.surname_length)

    def suffix(self, who: np.ndarray, key: np.ndarray) -> pa.Array:
        """Jr, Sr, II, III: often left out."""
        shown = (unit(self.seed, f"{self.habits.source}/suffix", key) < self.habits.suffix) | (
            self.people.story[who] >= 0
        )
        code = np.where(shown, self.people.suffix[who], 0)
        return pa.array([None, *SUFFIXES[1:]], pa.string()).take(pa.array(code))

    def birth_date(self, who: np.ndarray, key: np.ndarray, on: np.ndarray) -> np.ndarray:
        """Birth date: sometimes day and month are turned round, or it is 1 January, or a year off."""
        birth = self.people.birth[who]
        wrong = self._strikes("birth", self.habits.birth_wrong, key, who) & (age(birth, on) >= _MASK_UNDER_AGE)
        year, month, day_of_month = parts(birth)
        turned = (day_of_month <= 12) & (day_of_month != month)
        off = np.where(unit(self.seed, "year off", key) < 0.5, 1, -1)
        kind = unit(self.seed, "which birth error", key)
        default = ~turned & (kind < 0.3)
        wrong_day = np.select([turned, default], [month, 1], day_of_month)
        wrong_month = np.select([turned, default], [day_of_month, 1], month)
        wrong_year = np.where(turned | default, year, year + off)
        return np.where(wrong, from_parts(wrong_year, wrong_month, np.minimum(wrong_day, 28)), birth)

    def ssn(self, who: np.ndarray, key: np.ndarray, on: np.ndarray) -> pa.Array:
        """SSN as nine digits, an ITIN, a placeholder, mistyped, without its leading zero; null when not given."""
        people, habits = self.people, self.habits
        number = np.where(people.ssn_from[who] <= on, people.ssn[who], people.itin[who])
        missing = self._strikes("no ssn", habits.ssn_missing, key, who) | (number == 0)
        wrong = self._strikes("ssn", habits.ssn_wrong, key, who)
        number = np.where(wrong, mistyped(number, self.seed, key), number)
        placeholder = self._strikes("placeholder", habits.ssn_placeholder, key, who)
        which = PLACEHOLDERS[pick(self.seed, "which placeholder", len(PLACEHOLDERS), key)]
        number = np.where(placeholder, which, number)
        zero_lost = self._strikes("ssn zero", habits.ssn_zero_lost, key, who) & (number >= 1_000_000)
        return ssn_text(number, missing & ~placeholder, zero_lost)

    def zip_code(self, who: np.ndarray, key: np.ndarray, home: Address) -> pa.Array:
        """ZIP code; where a spreadsheet dropped the leading zero, four digits."""
        zero_lost = self._strikes("zip zero", self.habits.zip_zero_lost, key, who)
        whole = places().zip_code.take(pa.array(home.part))
        short = pa.array(places().zip_number[home.part]).cast(pa.string())
        return pc.if_else(pa.array(zero_lost), short, whole)

    def home(self, who: np.ndarray, on: np.ndarray) -> Address:
        """The address on a day."""
        moved = self.people.move[who] <= on
        return self.people.home.take(who).where(moved, self.people.next_home.take(who))

    def address(self, who: np.ndarray, key: np.ndarray, on: np.ndarray) -> Columns:
        """Street, town and ZIP code on a day."""
        home = self.home(who, on)
        street = street_text(home)
        return {
            "street": pc.utf8_upper(street) if self.habits.capitals else street,
            "town_code": town_text(home),
            "zip": self.zip_code(who, key, home),
        }


def surname_text(surname: Surname, form: np.ndarray, single: np.ndarray, capitals: bool) -> pa.Array:
    """A surname of one or two parts as text; `form` says which form of the first part, `single` drops the second."""
    forms = name_book().surname_ascii if capitals else name_book().surname_forms
    first = forms.take(pa.array(surname.first * FORMS + form))
    double = (surname.joiner != NONE) & ~single
    second = forms.take(pa.array(np.where(double, surname.second, 0) * FORMS))
    joiner = pa.array(["", " ", "-"]).take(pa.array(np.where(double, surname.joiner, NONE)))
    return pc.if_else(pa.array(double), pc.binary_join_element_wise(first, second, joiner), first)


def mistyped(number: np.ndarray, seed: int, key: np.ndarray) -> np.ndarray:
    """One of the last six digits changed, or two neighbours among them exchanged."""
    place = 10 ** pick(seed, "which digit", 5, key)
    digit, higher = number // place % 10, number // (place * 10) % 10
    changed = number + (((digit + 1 + pick(seed, "new digit", 9, key)) % 10) - digit) * place
    exchanged = number + (higher - digit) * place + (digit - higher) * place * 10
    return np.where((unit(seed, "exchange", key) < 0.4) & (digit != higher), exchanged, changed)


def ssn_text(number: np.ndarray, missing: np.ndarray, zero_lost: np.ndarray) -> pa.Array:
    """Nine digits; null where missing, unpadded where the leading zero was lost."""
    plain = pa.array(number).cast(pa.string())
    written = pc.if_else(pa.array(zero_lost), plain, pc.utf8_lpad(plain, 9, "0"))
    return pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), written)


def date_text(days: np.ndarray) -> pa.Array:
    """Days as dates; NEVER becomes null."""
    return pa.array(days.astype(np.int32), mask=days >= NEVER).cast(pa.date32())
