"""The outcome rules once more, in plain Python and one person at a time: periods, exits, the six indicators.

Written from docs/rules.md, not from the SQL, so that a mistake has to be made twice to go unseen.
Belongs here: working out what must come out. Does not: making lives up, reading marts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

COMMON_EXIT = {"ADULT": "COMMON", "DW": "COMMON", "WP": "COMMON"}
CORE = {"ADULT", "DW", "WP", "YOUTH"}
NO_CREDENTIAL_OR_GAIN = {"WP"}
EXCLUDES_ALL = {"01", "02", "03", "04"}
COUNTS = ("numerator", "denominator", "pending", "unmatched", "excluded")


@dataclass(eq=False)
class Registration:
    """One C01 row."""

    participant_id: str
    program: str
    entry: date
    exit: date | None
    level: str
    reason: str
    wda: str
    gap: tuple[date, date] | None = None
    in_secondary: bool = False
    in_postsecondary: bool = False
    education: str = "1"
    training_from: date | None = None
    training_to: date | None = None
    enrolled: date | None = None
    placed: bool = False
    served: bool = False

    @property
    def is_participant(self) -> bool:
        return self.level in {"1", "2", "3"}

    @property
    def group(self) -> str:
        return COMMON_EXIT.get(self.program, self.program) if self.is_participant else f"{self.program} only"


@dataclass(eq=False)
class Service:
    """One C02 row."""

    participant_id: str
    program: str
    code: str
    start: date
    end: date | None
    status: str
    training_type: str | None = None

    @property
    def qualifies(self) -> bool:
        if self.code == "SUPPORTIVE":
            qualifying = self.program == "YOUTH"
        else:
            qualifying = self.code not in {"SELF", "INFO", "FOLLOW_UP"}
        return qualifying and self.status != "cancelled"


@dataclass
class Life:
    """One person with every record of theirs."""

    has_valid_ssn: bool = True
    registrations: list[Registration] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    events: list[tuple[str, str | None, date]] = field(default_factory=list)  # type, credential type, day
    apprenticeships: list[tuple[date, date | None]] = field(default_factory=list)
    wages: dict[tuple[str, int], Decimal] = field(default_factory=dict)  # employer and quarter to net


@dataclass
class Event:
    kind: str
    start: date
    held_until: date
    last_day: date | None
    program: str | None = None
    registration: Registration | None = None
    service: Service | None = None


@dataclass
class Period:
    program: str
    entry: date
    exit: date | None
    newest: Registration
    services: list[Service]


def quarter_of(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3


def quarter_days(quarter: int) -> tuple[date, date]:
    first = date(quarter // 4, quarter % 4 * 3 + 1, 1)
    after = date((quarter + 1) // 4, (quarter + 1) % 4 * 3 + 1, 1)
    return first, after - timedelta(days=1)


def median(values: list[Decimal]) -> Decimal:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return ((ordered[middle - 1] + ordered[middle]) / 2).quantize(Decimal("0.01"), ROUND_HALF_UP)


class Oracle:
    """What must come out of `lives` on `as_of`, given how many wage rows each quarter has and which are final."""

    def __init__(self, as_of: date, lives: dict[str, Life], wage_rows: dict[int, int], final: set[int]) -> None:
        self.as_of, self.lives, self.wage_rows, self.final = as_of, lives, wage_rows, final
        self.periods = {person: self._periods(life) for person, life in lives.items()}
        self.cells: dict[tuple, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0))
        self.earnings: dict[tuple, list[Decimal]] = defaultdict(list)
        for person, life in lives.items():
            self._count(life, [period for period in self.periods[person] if period.newest.is_participant])

    def is_complete(self, quarter: int) -> bool:
        _, last = quarter_days(quarter)
        if self.as_of <= last:
            return False
        rows, before = self.wage_rows.get(quarter, 0), self.wage_rows.get(quarter - 4, 0)
        if rows and quarter in self.final:
            return True
        filed = [other for other, count in self.wage_rows.items() if count]
        if not filed or not min(filed) <= quarter <= max(filed):
            return False
        return (self.as_of - last).days >= 120 and rows * 100 >= before * 95

    # --- periods

    def _events(self, life: Life) -> tuple[dict[str, list[Event]], dict[str, date]]:
        events: dict[str, list[Event]] = defaultdict(list)
        planned: dict[str, date] = {}
        registrations = sorted((r for r in life.registrations if r.entry <= self.as_of), key=lambda r: r.entry)
        of_programme: dict[tuple[str, str], list[Registration]] = defaultdict(list)
        for registration in registrations:
            of_programme[registration.participant_id, registration.program].append(registration)
        known = {registration.participant_id for registration in registrations}
        for service in life.services:
            if not service.qualifies or service.participant_id not in known:
                continue
            candidates = of_programme.get((service.participant_id, service.program), [])
            begun = [candidate for candidate in candidates if candidate.entry <= service.start]
            registration = begun[-1] if begun else None
            nearest = registration or (candidates[0] if candidates else None)
            group = nearest.group if nearest else COMMON_EXIT.get(service.program, service.program)
            if service.status == "planned" or service.start > self.as_of:
                planned[group] = max(planned.get(group, service.start), service.start)
                continue
            last_day = min(service.end or service.start, self.as_of)
            is_open = service.status == "open" if service.end is None else service.end > self.as_of
            held = self.as_of if is_open else last_day
            events[group].append(
                Event("service", service.start, held, last_day, service.program, registration, service)
            )
            if registration:
                registration.served = True
        for r in (r for r in registrations if not r.served and r.exit):
            last_day = min(r.exit, self.as_of)
            events[r.group].append(Event("registration", r.entry, last_day, last_day, r.program, r))
        idle = [r for r in registrations if not r.served and not r.exit]
        for r, group, held in [(r, *self._held_by_idle(r, events[r.group])) for r in idle]:
            events[group].append(Event("registration", r.entry, held, r.entry, r.program, r))
            if r.gap:
                events[group].append(Event("gap", r.gap[0], r.gap[1], None))
        for r in (r for r in registrations if r.gap and r not in idle):
            events[r.group].append(Event("gap", r.gap[0], r.gap[1], None))
        return events, planned

    def _held_by_idle(self, idle: Registration, active: list[Event]) -> tuple[str, date]:
        """Group of an open registration without services, and until when it holds that group."""
        programs = {event.program for event in active if event.kind != "gap"}
        if not programs - {idle.program}:
            return idle.group, self.as_of
        if idle.program not in programs:
            return idle.program, self.as_of
        is_later = (idle.entry - max(event.held_until for event in active)).days > 90
        return idle.group, self.as_of if is_later else idle.entry

    def _periods(self, life: Life) -> list[Period]:
        events, planned = self._events(life)
        found = []
        for group, of_group in events.items():
            islands: list[list[Event]] = []
            held: date | None = None
            for event in sorted(of_group, key=lambda e: (e.start, e.held_until)):
                if held is None or (event.start - held).days > 90:
                    islands.append([])
                islands[-1].append(event)
                held = event.held_until if held is None else max(held, event.held_until)
            real = [island for island in islands if any(event.kind != "gap" for event in island)]
            found += self._of_islands(real, planned.get(group))
        return found

    def _of_islands(self, islands: list[list[Event]], planned: date | None) -> list[Period]:
        place: dict[int, tuple[int, Registration]] = {}
        for number, island in enumerate(islands):
            for event in island:
                if event.registration:
                    place.setdefault(id(event.registration), (number, event.registration))
        found, previous_last = [], date.min
        described: list[tuple[int, Registration, Period]] = []
        held: dict[int, dict[int, date]] = defaultdict(dict)  # registration to its islands and when it begins there
        for number, island in enumerate(islands):
            for event in island:
                if event.registration:
                    begun = held[id(event.registration)]
                    begun[number] = min(begun.get(number, event.start), event.start)
        for number, island in enumerate(islands):
            last = max(event.last_day for event in island if event.last_day)
            awaited = max([event.held_until for event in island] + ([planned] if planned else []))
            has_exited = number < len(islands) - 1 or (self.as_of - awaited).days > 90
            for program in {event.program for event in island if event.program}:
                placed = [(where, r) for where, r in place.values() if r.program == program and where <= number]
                if not placed:
                    continue
                newest = max(placed, key=lambda pair: (pair[0], pair[1].entry, pair[1].participant_id))[1]
                entry = min((r.entry for where, r in placed if where == number), default=date.min)
                if entry <= previous_last:
                    entry = min(event.start for event in island if event.program == program)
                services = [event.service for event in island if event.service]
                period = Period(program, entry, last if has_exited else None, newest, services)
                found.append(period)
                described.append((number, newest, period))
                first = min(event.start for event in island if event.program == program)
                begun = held[id(newest)]
                begun[number] = min(begun.get(number, first), first)
            previous_last = last
        for number, newest, period in described:
            if number != self._left_in(newest, held[id(newest)]):
                period.newest = replace(newest, exit=None, reason="00", enrolled=None, placed=False)
        return found

    @staticmethod
    def _left_in(registration: Registration, begun: dict[int, date]) -> int:
        """The one island of the registration that its exit, reason and placements belong to."""
        if not registration.exit:
            return max(begun)
        return max((number for number, day in begun.items() if day <= registration.exit), default=min(begun))

    # --- indicators

    def _count(self, life: Life, periods: list[Period]) -> None:
        for period in periods:
            if period.exit:
                self._employment(life, period)
                self._credential(life, period)
            self._skill_gain(life, period)
        exits: dict[date, list[dict[str, int]]] = defaultdict(list)
        for period in periods:
            if period.exit and period.program in CORE:
                exits[period.exit].append(self._retention(life, period))
        for day, counts in exits.items():
            whole = self.cells[day.year + 1, "ALL", "RETENTION", "ALL"]
            for name in COUNTS:
                whole[name] += max(count[name] for count in counts)
            whole["excluded"] -= max(c["excluded"] for c in counts) and max(c["denominator"] for c in counts)

    def _add(self, year: int, period: Period, code: str, counts: dict[str, int]) -> None:
        for wda in ("ALL", period.newest.wda):
            cell = self.cells[year, period.program, code, wda]
            for name in COUNTS:
                cell[name] += counts[name]

    def _judge(self, life: Life, period: Period, qualifies: bool, success: bool, pending: bool) -> dict[str, int]:
        reason = period.newest.reason
        excluded = reason in EXCLUDES_ALL or (reason == "05" and period.program == "YOUTH")
        return {
            "numerator": int(qualifies and success and not excluded),
            "denominator": int(qualifies and not excluded),
            "pending": int(pending and not excluded),
            "unmatched": int(qualifies and not excluded and not life.has_valid_ssn),
            "excluded": int(qualifies and excluded),
        }

    def _works(self, life: Life, quarter: int) -> bool:
        first, last = quarter_days(quarter)
        apprenticed = any(
            start <= min(last, self.as_of) and first <= min(end or self.as_of, self.as_of)
            for start, end in life.apprenticeships
        )
        return apprenticed or bool(self._employers(life, quarter))

    @staticmethod
    def _employers(life: Life, quarter: int) -> set[str]:
        return {employer for (employer, when), wage in life.wages.items() if when == quarter and wage > 0}

    def _employment(self, life: Life, period: Period) -> None:
        exit_day, newest = period.exit, period.newest
        assert exit_day
        year = exit_day.year + (exit_day.month >= 7)
        for offset, code, of_year in ((2, "EMP_Q2", year), (4, "EMP_Q4", exit_day.year + 1)):
            quarter = quarter_of(exit_day) + offset
            success = self._works(life, quarter) or (period.program == "YOUTH" and newest.placed)
            pending = not success and not self.is_complete(quarter)
            self._add(of_year, period, code, self._judge(life, period, True, success, pending))
        quarter = quarter_of(exit_day) + 2
        earned = sum(wage for (_, when), wage in life.wages.items() if when == quarter and wage > 0)
        counts = self._judge(life, period, earned > 0, True, not earned and not self.is_complete(quarter))
        counts["excluded"] = self._judge(life, period, True, True, False)["excluded"]
        self._add(year, period, "MEDIAN_Q2", counts)
        if counts["denominator"]:
            for wda in ("ALL", newest.wda):
                self.earnings[year, period.program, wda].append(Decimal(earned))
        self._add(exit_day.year + 1, period, "RETENTION", self._retention(life, period))

    def _retention(self, life: Life, period: Period) -> dict[str, int]:
        assert period.exit
        second, fourth = quarter_of(period.exit) + 2, quarter_of(period.exit) + 4
        before, after = self._employers(life, second), self._employers(life, fourth)
        pending = bool(before) and not before & after and not self.is_complete(fourth)
        return self._judge(life, period, bool(before), bool(before & after), pending)

    def _credential(self, life: Life, period: Period) -> None:
        if period.program in NO_CREDENTIAL_OR_GAIN or not period.exit:
            return
        newest, window_end = period.newest, period.exit + timedelta(days=365)
        qualifies = (
            any(service.code == "TRAINING" and service.training_type == "06" for service in period.services)
            or newest.in_postsecondary
            or (newest.in_secondary and newest.education in {"0", "3"})
        )
        in_time = [
            (kind, credential)
            for kind, credential, day in life.events
            if period.entry <= day <= min(window_end, self.as_of)
        ]
        postsecondary = any(kind == "CRED" and credential != "1" for kind, credential in in_time)
        diploma = any(kind == "DIPLOMA" or credential == "1" for kind, credential in in_time)
        quarters = [quarter_of(period.exit) + offset for offset in (1, 2, 3, 4)]
        followed = any(self._works(life, quarter) for quarter in quarters)
        followed = followed or (newest.enrolled is not None and newest.enrolled <= window_end)
        success = postsecondary or (diploma and followed)
        undecided = any(not self._works(life, quarter) and not self.is_complete(quarter) for quarter in quarters)
        pending = qualifies and not success and (self.as_of < window_end or (diploma and undecided))
        counts = self._judge(life, period, qualifies, success, pending)
        self._add(period.exit.year + 1, period, "CREDENTIAL", counts)

    def _skill_gain(self, life: Life, period: Period) -> None:
        training = [s for s in period.services if s.code == "TRAINING" and s.training_type in {"01", "06"}]
        start = period.newest.training_from or min((service.start for service in training), default=None)
        if period.program in NO_CREDENTIAL_OR_GAIN or start is None:
            return
        last_day = period.exit or self.as_of
        ends = [service.end or service.start for service in training]
        is_open = any(s.end > self.as_of if s.end else s.status == "open" for s in training)
        trained_until = max(ends) if ends and not is_open and max(ends) >= start else None
        end = period.newest.training_to or trained_until or last_day
        for year in range(start.year - 1, self.as_of.year + 1):
            first, last = date(year, 7, 1), date(year + 1, 6, 30)
            if not (max(start, first) <= min(end, last) and max(period.entry, first) <= min(last_day, last)):
                continue
            if start > last_day or end < period.entry:
                continue
            success = any(
                (kind.startswith("MSG") or kind == "DIPLOMA" or credential == "1")
                and max(first, period.entry) <= day <= min(last, last_day, self.as_of)
                for kind, credential, day in life.events
            )
            self._add(year, period, "MSG", self._judge(life, period, True, success, False))
