"""The outcome rules once more, in plain Python and one person at a time: periods, exits, every indicator and cohort.

Written from docs/rules.md, not from the SQL, so that a mistake has to be made twice to go unseen.
Belongs here: working out what must come out. Does not: making lives up, reading marts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

COMMON_EXIT = {"ADULT": "COMMON", "DW": "COMMON", "WP": "COMMON"}
CORE = {"ADULT", "DW", "WP", "YOUTH", "ADULT_ED"}
WIOA = CORE | {"DWG"}
NO_CREDENTIAL_OR_GAIN = {"WP", "JVSG", "SNAPET", "JFES", "BESTCHANCE", "SYEP"}
EXCLUDES_ALL = {"01", "02", "03", "04"}
WAGE_RECORDS = {"SWIS", "FEDERAL", "MILITARY", "RAILROAD"}
COUNTS = ("numerator", "denominator", "pending", "unmatched", "not_computable", "excluded")
LAGS = {
    "SERVED": 0, "MSG": 0, "EXITED": 1, "EMP_Q2": 4, "MEDIAN_Q2": 4, "EMP_Q4": 6, "CREDENTIAL": 6, "RETENTION": 6,
    "REENTRY": 6,
}  # fmt: skip
"""Quarters between the end of a cohort and the quarter the report is for."""
YEAR_AFTER = timedelta(days=365)
CREDENTIAL_TRAINING = {"02", "03", "04", "06", "07", "08", "09", "10"}
GAIN_TRAINING = CREDENTIAL_TRAINING | {"01", "05"}
POSTSECONDARY = {"2", "3", "4", "5", "6", "7"}
LACES_GAP_DAYS = 90
AT_WORK = {"IET", "WORKPLACE"}
LEARNING_GAINS = {"MSG_SEC": {"ASE"}, "MSG_PS": AT_WORK, "MSG_MILE": AT_WORK, "MSG_SKILL": AT_WORK}
"""Reported gains of Title II, and the kinds of learner they count for. A diploma counts for everyone."""


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
    placed_q4: bool | None = None  # as in the second quarter where nothing else is said
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
class Finding:
    """Follow-up evidence of a job in a quarter, with its pay and employer where they are known."""

    earnings: Decimal | None
    employer: str | None


@dataclass
class Life:
    """One person with every record of theirs."""

    has_valid_ssn: bool = True
    registrations: list[Registration] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    events: list[tuple[str, str | None, date]] = field(default_factory=list)  # type, credential type, day
    apprenticeships: list[tuple[date, date | None]] = field(default_factory=list)
    wages: dict[tuple[str, int], Decimal] = field(default_factory=dict)  # employer and quarter to net
    sums: dict[int, Decimal] = field(default_factory=dict)  # quarter to wages that came by person only
    findings: dict[tuple[int, str], Finding] = field(default_factory=dict)  # quarter and source to what stands
    exclusions: list[tuple[str, date, date]] = field(default_factory=list)  # reason, in force from, to
    learning: list[Period] = field(default_factory=list)  # periods of adult education, ready made


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
    last_activity: date | None = None  # of a learner
    kinds: dict[int, set[str]] = field(default_factory=dict)  # programme year to the kinds of adult education in it


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
    """What must come out of `lives` on `as_of`, given the wage rows of each quarter, by employer and by person."""

    def __init__(
        self,
        as_of: date,
        lives: dict[str, Life],
        wage_rows: dict[int, int],
        final: set[int],
        person_rows: dict[int, int] | None = None,
        person_final: set[int] | None = None,
    ) -> None:
        self.as_of, self.lives, self.wage_rows, self.final = as_of, lives, wage_rows, final
        self.person_rows, self.person_final = person_rows or {}, person_final or set()
        self.periods = {person: [*self._periods(life), *life.learning] for person, life in lives.items()}
        self.cells: dict[tuple, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0))
        self.earnings: dict[tuple, list[Decimal]] = defaultdict(list)
        for person, life in lives.items():
            self._count(life, [period for period in self.periods[person] if period.newest.is_participant])

    def windows(self, code: str, first: int, last: int) -> list[tuple[str, str, int]]:
        """Reports (type, quarter) with the last quarter of a cohort of `code` that ends from `first` to `last`."""
        found = []
        for end in range(first, last + 1):
            report = end + LAGS[code]
            name = f"{report // 4}Q{report % 4 + 1}"
            if 2016 * 4 + 2 <= report <= 2031 * 4 + 1:
                found.append(("ROLLING_4Q", name, end))
            if report % 4 == 1 and 2017 * 4 + 1 <= report <= 2031 * 4 + 1:
                found.append(("ANNUAL", name, end))
        return found

    def is_complete(self, quarter: int) -> bool:
        _, last = quarter_days(quarter)
        if self.as_of <= last:
            return False
        kind, finals = self.wage_rows, self.final
        if not kind.get(quarter) and self.person_rows.get(quarter):
            kind, finals = self.person_rows, self.person_final
        rows, before = kind.get(quarter, 0), kind.get(quarter - 4, 0)
        if rows and quarter in finals:
            return True
        filed = [q for counted in (self.wage_rows, self.person_rows) for q, count in counted.items() if count]
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
                period.newest = replace(newest, exit=None, reason="00", enrolled=None, placed=False, placed_q4=False)
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
                self._reentry(life, period, periods)
            if period.program == "ADULT_ED":
                self._learning_gain(life, period)
            else:
                self._skill_gain(life, period)
        self._participants(life, periods)
        exits: dict[date, list[dict[str, int]]] = defaultdict(list)
        for period in periods:
            if period.exit and period.program in CORE:
                exits[period.exit].append(self._retention(life, period))
        for day, counts in exits.items():
            whole = {name: max(count[name] for count in counts) for name in COUNTS}
            if whole["denominator"]:
                whole["excluded"] = whole["not_computable"] = 0
            self._spread("RETENTION", quarter_of(day), "ALL", ["ALL"], whole)

    def _participants(self, life: Life, periods: list[Period]) -> None:
        """SERVED and EXITED: once per programme and cohort, in the area of the newest; once for the core programmes."""
        by_programme: dict[str, list[Period]] = defaultdict(list)
        for period in sorted(periods, key=lambda p: (p.entry, p.program)):
            by_programme[period.program].append(period)
        for code in ("SERVED", "EXITED"):
            whole: set[int] = set()
            for program, own in by_programme.items():
                spans = [self._span(code, period) for period in own if code == "SERVED" or period.exit]
                dated = [p for p in own if code == "SERVED" or p.exit]
                if code == "EXITED":
                    order = sorted(range(len(dated)), key=lambda n: (dated[n].exit, dated[n].entry))
                    dated, spans = [dated[n] for n in order], [spans[n] for n in order]
                for end in {e for first, last in spans for e in range(first, last + 1)}:
                    newest = [p for p, (first, _) in zip(dated, spans, strict=True) if first <= end][-1]
                    self._once(code, end, program, ["ALL", newest.newest.wda], life)
                    if program in CORE:
                        whole.add(end)
            for end in whole:
                self._once(code, end, "ALL", ["ALL"], life)

    def _span(self, code: str, period: Period) -> tuple[int, int]:
        """First and last cohort, by their last quarters, in which a period is served or exited."""
        last = quarter_of(period.exit or self.as_of)
        return (quarter_of(period.entry) if code == "SERVED" else last), last + 3

    def _once(self, code: str, end: int, program: str, areas: list[str], life: Life) -> None:
        counts = {**dict.fromkeys(COUNTS, 0), "numerator": 1, "denominator": 1, "unmatched": not life.has_valid_ssn}
        for kind, quarter, _ in self.windows(code, end, end):
            self._add(kind, quarter, program, code, areas, counts)

    def _spread(self, code: str, exit_quarter: int, program: str, areas: list[str], counts: dict[str, int]) -> None:
        """Adds a period to each of the four cohorts its exit is in."""
        for kind, quarter, _ in self.windows(code, exit_quarter, exit_quarter + 3):
            self._add(kind, quarter, program, code, areas, counts)

    def _add(self, kind: str, quarter: str, program: str, code: str, areas: list[str], counts: dict) -> None:
        for wda in areas:
            cell = self.cells[kind, quarter, program, code, wda]
            for name in COUNTS:
                cell[name] += counts[name]

    def _judge(
        self,
        life: Life,
        period: Period,
        measured: date,
        qualifies: bool,
        success: bool,
        pending: bool,
        exit_based: bool = True,
    ) -> dict[str, int]:
        def leaves_out(reason: str) -> bool:
            special = {"YOUTH": "05", "ADULT_ED": "07" if exit_based else None}.get(period.program)
            return reason in EXCLUDES_ALL or (reason == special)

        excluded = leaves_out(period.newest.reason) or any(
            leaves_out(reason) and ((period.exit and start <= period.exit <= end) or start <= measured <= end)
            for reason, start, end in life.exclusions
        )
        return {
            "numerator": int(qualifies and success and not excluded),
            "denominator": int(qualifies and not excluded),
            "pending": int(pending and not excluded),
            "unmatched": int(qualifies and not excluded and not life.has_valid_ssn),
            "not_computable": 0,
            "excluded": int(qualifies and excluded),
        }

    def _findings(self, life: Life, program: str, quarter: int) -> dict[str, Finding]:
        return {
            source: finding
            for (when, source), finding in life.findings.items()
            if when == quarter and (source != "SWIS" or program in WIOA)
        }

    def _works(self, life: Life, program: str, quarter: int) -> bool:
        first, last = quarter_days(quarter)
        apprenticed = any(
            start <= min(last, self.as_of) and first <= min(end or self.as_of, self.as_of)
            for start, end in life.apprenticeships
        )
        return apprenticed or bool(self._wage(life, quarter)) or bool(self._findings(life, program, quarter))

    @staticmethod
    def _wage(life: Life, quarter: int) -> Decimal:
        """The state's wages: by employer, else the sum that came by person."""
        paid = [wage for (_, when), wage in life.wages.items() if when == quarter and wage > 0]
        return sum(paid, Decimal(0)) or life.sums.get(quarter, Decimal(0))

    def _earned(self, life: Life, program: str, quarter: int) -> Decimal:
        """Wage records add up; of other pay the highest, and only where there is no wage record."""
        found = self._findings(life, program, quarter)
        recorded = [finding.earnings or Decimal(0) for source, finding in found.items() if source in WAGE_RECORDS]
        wage = self._wage(life, quarter)
        if wage or recorded:
            return wage + sum(recorded, Decimal(0))
        return max((finding.earnings or Decimal(0) for finding in found.values()), default=Decimal(0))

    def _employers(self, life: Life, program: str, quarter: int) -> set[str]:
        paid = {employer for (employer, when), wage in life.wages.items() if when == quarter and wage > 0}
        return paid | {f.employer for f in self._findings(life, program, quarter).values() if f.employer}

    def _employment(self, life: Life, period: Period) -> None:
        exit_day, newest = period.exit, period.newest
        assert exit_day
        left, areas = quarter_of(exit_day), ["ALL", newest.wda]
        later = newest.placed if newest.placed_q4 is None else newest.placed_q4
        for offset, code, placed in ((2, "EMP_Q2", newest.placed), (4, "EMP_Q4", later)):
            success = self._works(life, period.program, left + offset) or (period.program == "YOUTH" and placed)
            pending = not success and not self.is_complete(left + offset)
            counts = self._judge(life, period, quarter_days(left + offset)[0], True, success, pending)
            self._spread(code, left, period.program, areas, counts)
        earned, first = self._earned(life, period.program, left + 2), quarter_days(left + 2)[0]
        counts = self._judge(life, period, first, earned > 0, True, not earned and not self.is_complete(left + 2))
        counts["excluded"] = self._judge(life, period, first, True, True, False)["excluded"]
        self._spread("MEDIAN_Q2", left, period.program, areas, counts)
        if counts["denominator"]:
            for kind, quarter, _ in self.windows("MEDIAN_Q2", left, left + 3):
                for wda in areas:
                    self.earnings[kind, quarter, period.program, wda].append(earned)
        self._spread("RETENTION", left, period.program, areas, self._retention(life, period))

    def _retention(self, life: Life, period: Period) -> dict[str, int]:
        assert period.exit
        second, fourth = quarter_of(period.exit) + 2, quarter_of(period.exit) + 4
        before = self._employers(life, period.program, second)
        kept = bool(before & self._employers(life, period.program, fourth))
        blind = not kept and bool(life.sums.get(fourth if before else second))
        qualifies = bool(before) and not blind
        pending = qualifies and not kept and not self.is_complete(fourth)
        counts = self._judge(life, period, quarter_days(fourth)[0], qualifies, kept, pending)
        counts["not_computable"] = int(blind)
        return counts

    def _reentry(self, life: Life, period: Period, periods: list[Period]) -> None:
        assert period.exit
        group, limit = COMMON_EXIT.get(period.program, period.program), period.exit + YEAR_AFTER
        back = any(
            period.exit < other.entry <= limit
            for other in periods
            if COMMON_EXIT.get(other.program, other.program) == group
        )
        counts = self._judge(life, period, limit, True, back, not back and self.as_of < limit)
        self._spread("REENTRY", quarter_of(period.exit), period.program, ["ALL", period.newest.wda], counts)

    def _credential(self, life: Life, period: Period) -> None:
        if period.program in NO_CREDENTIAL_OR_GAIN or not period.exit:
            return
        newest, window_end = period.newest, period.exit + YEAR_AFTER
        qualifies = (
            any(s.code == "TRAINING" and s.training_type in CREDENTIAL_TRAINING for s in period.services)
            or newest.in_postsecondary
            or (newest.in_secondary and (newest.education in {"0", "3"} or period.program == "ADULT_ED"))
        )
        in_time = [
            (kind, credential)
            for kind, credential, day in life.events
            if period.entry <= day <= min(window_end, self.as_of)
        ]
        postsecondary = any(kind == "CRED" and credential in POSTSECONDARY for kind, credential in in_time)
        diploma = any(kind == "DIPLOMA" or credential == "1" for kind, credential in in_time)
        quarters = [quarter_of(period.exit) + offset for offset in (1, 2, 3, 4)]
        worked = [self._works(life, period.program, quarter) for quarter in quarters]
        followed = any(worked) or (newest.enrolled is not None and newest.enrolled <= window_end)
        success = postsecondary or (diploma and followed)
        undecided = any(not w and not self.is_complete(q) for w, q in zip(worked, quarters, strict=True))
        pending = qualifies and not success and (self.as_of < window_end or (diploma and undecided))
        counts = self._judge(life, period, window_end, qualifies, success, pending)
        self._spread("CREDENTIAL", quarter_of(period.exit), period.program, ["ALL", newest.wda], counts)

    def _skill_gain(self, life: Life, period: Period) -> None:
        training = [s for s in period.services if s.code == "TRAINING" and s.training_type in GAIN_TRAINING]
        start = period.newest.training_from or min((service.start for service in training), default=None)
        if period.program in NO_CREDENTIAL_OR_GAIN or start is None:
            return
        last_day = period.exit or self.as_of
        ends = [service.end or service.start for service in training]
        is_open = any(s.end > self.as_of if s.end else s.status == "open" for s in training)
        trained_until = max(ends) if ends and not is_open and max(ends) >= start else None
        end = period.newest.training_to or trained_until or last_day
        if start > last_day or end < period.entry:
            return
        for kind, quarter, ends_in in self.windows("MSG", quarter_of(start), quarter_of(end) + 3):
            first, last = quarter_days(ends_in - 3)[0], quarter_days(ends_in)[1]
            if not (max(start, first) <= min(end, last) and max(period.entry, first) <= min(last_day, last)):
                continue
            until = min(last, period.exit or last)
            success = any(
                (event.startswith("MSG") or event == "DIPLOMA" or credential == "1")
                and max(first, period.entry) <= day <= min(until, self.as_of)
                for event, credential, day in life.events
            )
            counts = self._judge(life, period, until, True, success, not success and self.as_of < until, False)
            self._add(kind, quarter, period.program, "MSG", ["ALL", period.newest.wda], counts)

    def _learning_gain(self, life: Life, period: Period) -> None:
        """Title II, without tests and college entry: every programme year with a day of the period, and it alone."""
        reached = period.exit or period.last_activity
        assert reached
        for year, kinds in period.kinds.items():
            first, last = date(year, 7, 1), date(year + 1, 6, 30)
            if period.entry > last or reached < first:
                continue
            until = min(last, self.as_of)
            if period.exit:
                until = min(until, period.exit + timedelta(days=LACES_GAP_DAYS - 1))
            success = any(
                (event == "DIPLOMA" or credential == "1" or kinds & LEARNING_GAINS.get(event, set()))
                and max(first, period.entry) <= day <= until
                for event, credential, day in life.events
            )
            counts = self._judge(life, period, last, True, bool(success), not success and self.as_of < last, False)
            for kind, quarter, _ in self.windows("MSG", quarter_of(last), quarter_of(last)):
                self._add(kind, quarter, period.program, "MSG", ["ALL", period.newest.wda], counts)
