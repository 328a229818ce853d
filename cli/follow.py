"""`workforce follow`: one invented person through every agency. Restricted files are read, so invented data only.

Belongs here: showing. Does not: proving that all is invented (`synthetic`), what binds records together (linkage).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cli.report import rows
from cli.synthetic import person_of_story, truth_folder
from cli.terminal import console, show_table
from home import Home

if TYPE_CHECKING:
    from rich.console import Console

    from linkage import Explanation

PERSON_KEY = re.compile(r"P\d{9}")
QUARTERS_AROUND = 5

WHAT_HAPPENED = """
select 'period' as kind, program_code as what, entry_date as from_date, exit_date as to_date,
    case when exit_date is null then 'still in' else coalesce('exit reason ' || exit_reason_code, '') end as note
from fct_participation where person_key = $key and is_participant
union all
select 'apprentice', coalesce(trade_text, occupation_code), start_date, end_date, apprenticeship_status_code
from fct_apprenticeship where person_key = $key
union all
select 'course', course_title, coalesce(session_start_date, make_date(school_year, 9, 1)), session_end_date,
    'grade ' || grade_code || ', ' || college_credit_earned::varchar || ' credits'
from fct_dual_credit_course where person_key = $key
union all
select 'credential', coalesce(credential_label, credential_type_code), award_date, null, source_name
from fct_credential where person_key = $key
union all
select 'skill gain', gain_type_code, gain_date, null, null from fct_skill_gain where person_key = $key
order by from_date, kind, what
"""

WAGES = """
with span as (
    select min(entry_date) as first_entry, max(coalesce(exit_date, (select as_of_date from dim_build))) as last_exit
    from fct_participation where person_key = $key and is_participant
),
around as (
    select quarter_index, quarter, start_date, end_date, is_wage_complete
    from dim_quarter, span
    where start_date >= coalesce(first_entry - interval (3 * $around) month, date '1900-01-01')
        and start_date <= coalesce(last_exit + interval (3 * $around) month, date '2199-01-01')
        and quarter_index between (select min(quarter_index) from fct_person_quarter)
            and (select max(quarter_index) from fct_person_quarter)
)
select around.quarter, wage.wage_usd, wage.employer_account_count, around.is_wage_complete,
    (select string_agg(distinct case
        when period.entry_date between around.start_date and around.end_date then 'enters ' || period.program_code
        when period.exit_date between around.start_date and around.end_date then 'leaves ' || period.program_code
        else 'in ' || period.program_code end, ', ' order by 1)
     from fct_participation period
     where period.person_key = $key and period.is_participant and period.entry_date <= around.end_date
        and coalesce(period.exit_date, date '2199-01-01') >= around.start_date) as programme
from around
left join fct_person_quarter wage on wage.person_key = $key and wage.quarter_index = around.quarter_index
order by around.quarter_index
"""


class NobodyThere(RuntimeError):
    """No person or story of that name."""


def follow(asked: str) -> None:
    """Show sources, links and why, programmes, and wages before, during and after."""
    import linkage

    home = Home.from_env()
    truth = truth_folder(home)
    key = asked.upper() if PERSON_KEY.fullmatch(asked.upper()) else person_of_story(home, truth, asked)
    if not home.current.exists():
        raise NobodyThere("No release has been published yet: `workforce run` first.")
    found = linkage.explain(home, key)
    out = console()
    show_identities(out, found)
    show_links(out, found)
    show_key(out, found)
    show_events(out, home, found.person_key)
    show_wages(out, home, found.person_key)


def show_identities(out: Console, found: Explanation) -> None:
    """Each distinct set of identifiers an agency sent for this person."""
    sources = {identity.source for identity in found.identities}
    told = f"{found.person_key}: {len(found.identities)} identities in {len(sources)} sources (invented person)"
    shown = [
        [
            identity.label,
            identity.agency_person_id or "",
            " ".join(part for part in (identity.first_name, identity.last_name) if part),
            identity.birth_date.isoformat() if identity.birth_date else "",
            "yes" if identity.has_valid_ssn else "no",
            identity.match_rule,
        ]
        for identity in found.identities
    ]
    show_table(out, told, ["identity", "agency's id", "name as sent", "born", "valid SSN", "linked by"], shown, left=6)


def show_links(out: Console, found: Explanation) -> None:
    """Why these identities are one person, and which links were looked at and not made."""
    if found.edges:
        best = {}
        for edge in found.edges:  # best first; a pair that several rules join is told once
            best.setdefault(frozenset((edge.left, edge.right)), edge)
        shown = [[edge.left, edge.right, edge.match_rule, edge.why or edge.evidence] for edge in best.values()]
        show_table(out, "Linked because", ["this", "and this", "rule", "why"], shown, left=4)
    if found.refused:
        shown = [[edge.left, edge.match_rule, edge.why] for edge in found.refused]
        show_table(out, "Not linked to somebody else although", ["this", "rule", "why not"], shown, left=3)


def show_key(out: Console, found: Explanation) -> None:
    """What became of the key, when it was merged, split or retired; by the day of the data that made it so."""
    if any(event.event != "create" for event in found.events):
        shown = [
            [
                str(event.link_day or ""),
                event.event,
                event.person_key,
                event.other_person_key or "",
                " ".join(part for part in (event.match_rule, event.evidence) if part),
            ]
            for event in found.events
        ]
        show_table(out, "What became of the key", ["data of", "event", "person", "other", "because"], shown, left=5)


def show_events(out: Console, home: Home, key: str) -> None:
    """Programmes, apprenticeship, courses, credentials, gains, in order of time."""
    shown = [
        [kind, what or "", str(begin or ""), str(end or ""), note or ""]
        for kind, what, begin, end, note in rows(home.current, WHAT_HAPPENED, {"key": key})
    ]
    show_table(out, "What happened", ["kind", "what", "from", "to", ""], shown, left=5)


def show_wages(out: Console, home: Home, key: str) -> None:
    """Wages per quarter from before the first programme to after the last; 'open' where wages are not complete yet."""
    shown = []
    for quarter, wage, employers, is_complete, programme in rows(
        home.current, WAGES, {"key": key, "around": QUARTERS_AROUND}
    ):
        amount = f"${wage:,.2f}" if wage is not None else "none" if is_complete else "open"
        shown.append([quarter, programme or "", amount, str(employers or "")])
    show_table(out, "Wages before, during and after", ["quarter", "programme", "wages", "employers"], shown, left=2)
