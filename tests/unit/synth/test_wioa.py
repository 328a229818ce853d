"""Participant record, follow-up, person-quarter wages and exclusions say what the other extracts say."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import synth
from synth.followup import SOURCES
from tests.unit.synth.reading import extracts

pytestmark = pytest.mark.slow

READ = (
    *("cthires_participant", "cthires_event", "ui_wage", "cthires_pirl", "followup_employment"),
    *("ui_wage_person_quarter", "death_or_exclusion"),
)
PAID = """
    select distinct on (ssn, ean, wage_year, wage_quarter_number)
        r.truth_person_id, w.ssn, ean, naics_code, wage_action,
        wage_year::int * 4 + wage_quarter_number::int as quarter, wage_usd::decimal(14, 2) as wage
    from ui_wage w
    join record r on r.source = 'ui_wage' and r.file_name = w.file_name and r.row_no = w.row_no
    where w.file_name not like '%2023Q3_20231115%' and w.file_name not like '%2025Q3%'
      and try_cast(wage_usd as decimal(14, 2)) >= 0
    order by ssn, ean, wage_year, wage_quarter_number, filing_seq desc
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder: Path = tmp_path_factory.mktemp("wioa")
    synth.generate(900, 5, folder, quarters=8)
    connection = extracts(folder, READ)
    connection.execute(f"create table paid as select * from ({PAID}) where wage_action <> 'VOID'")
    return connection


def rows(world: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    return world.execute(sql).fetchall()


def test_records_are_of_participants_on_file_with_their_dates(world: duckdb.DuckDBPyConnection) -> None:
    assert rows(world, "select count(*) from cthires_pirl")[0][0] > 100
    unknown = """
        select 1 from cthires_pirl p where not exists (
            select 1 from cthires_participant c
            where c.participant_id = p.participant_id and c.entry_date = p.entry_date
              and c.birth_date = p.birth_date and c.ssn is not distinct from p.ssn
              and (p.exit_date is null or c.exit_date = p.exit_date)
              and case c.program_code when 'ADULT' then p.adult_level when 'DW' then p.dislocated_worker_level
                  when 'YOUTH' then p.youth_level when 'WP' then p.wagner_peyser_level end <> '0')
    """
    assert rows(world, unknown) == []


@pytest.mark.parametrize("later", [1, 2, 3, 4])
def test_earnings_after_exit_are_the_wages_of_the_quarter(world: duckdb.DuckDBPyConnection, later: int) -> None:
    compared = rows(
        world,
        f"""
        with said as (
            select r.truth_person_id, p.ssn, p.earnings_q{later}_usd::decimal(14, 2) as earnings,
                year(exit_date::date) * 4 + quarter(exit_date::date) + {later} as quarter
            from cthires_pirl p
            join record r on r.source = 'cthires_pirl' and r.file_name = p.file_name and r.row_no = p.row_no
            where employment_match_q{later} = '1' and not exists (
                select 1 from followup_employment f
                where f.participant_id = p.participant_id and f.followup_source = 'SWIS')
        )
        select earnings, (select sum(wage) from paid join person using (truth_person_id)
            where paid.truth_person_id = said.truth_person_id and paid.quarter = said.quarter
              and lpad(paid.ssn, 9, '0') = lpad(person.ssn, 9, '0'))
        from said
        """,
    )
    assert len(compared) > 5
    assert [pair for pair in compared if pair[0] != pair[1]] == []


def test_nobody_is_out_of_work_before_the_wages_are_in(world: duckdb.DuckDBPyConnection) -> None:
    early = """
        select 1 from cthires_pirl
        where employed_q4 = '0'
          and date_trunc('quarter', exit_date::date) + interval 15 month + interval 137 day
              > strptime(string_split(file_name, '_')[5], '%Y%m%d')
    """
    assert rows(world, early) == []
    assert rows(world, "select count(*) from cthires_pirl where earnings_q4_usd = '999999.99'")[0][0] > 5


def test_credentials_and_gains_are_on_file_as_events(world: duckdb.DuckDBPyConnection) -> None:
    lost = """
        select 1 from cthires_pirl p where credential_date_1 is not null and not exists (
            select 1 from cthires_event e where e.participant_id = p.participant_id and e.entry_date = p.entry_date
              and e.event_type in ('CRED', 'DIPLOMA') and e.event_date = p.credential_date_1)
        union all
        select 1 from cthires_pirl p where msg_milestone_date is not null and not exists (
            select 1 from cthires_event e where e.participant_id = p.participant_id and e.entry_date = p.entry_date
              and e.event_type = 'MSG_MILE' and e.event_date = p.msg_milestone_date)
    """
    assert rows(world, lost) == []


def test_wages_by_person_and_quarter_are_those_by_employer_added_up(world: duckdb.DuckDBPyConnection) -> None:
    differences = """
        select count(*) from ui_wage_person_quarter q
        left join (select lpad(ssn, 9, '0') as ssn, quarter, sum(wage) as wage from paid group by all) p
          on p.ssn = q.ssn and p.quarter = q.wage_year::int * 4 + q.wage_quarter_number::int
        where p.wage is distinct from q.wage_total_usd::decimal(14, 2)
    """
    total, wrong = rows(world, "select count(*) from ui_wage_person_quarter")[0][0], rows(world, differences)[0][0]
    assert total > 300
    assert wrong == 0
    names = rows(world, "select count(*) from ui_wage_person_quarter where length(first_name) <> 1")
    assert names == [(0,)]


def test_evidence_belongs_to_exits_on_file(world: duckdb.DuckDBPyConnection) -> None:
    found = rows(world, "select distinct followup_source from followup_employment")
    assert {source for (source,) in found} <= set(SOURCES)
    assert len(found) >= 5
    without = """
        select 1 from followup_employment f
        anti join cthires_participant c on c.participant_id = f.participant_id and c.exit_date = f.exit_date
    """
    assert rows(world, without) == []


def test_deaths_are_the_true_ones(world: duckdb.DuckDBPyConnection) -> None:
    compared = rows(
        world,
        "select x.exclusion_date = p.death_date::varchar from death_or_exclusion x "
        "join record r on r.source = 'death_or_exclusion' and r.file_name = x.file_name and r.row_no = x.row_no "
        "join person p using (truth_person_id) where x.exclusion_type = 'DEATH'",
    )
    assert compared and set(compared) == {(True,)}
    kinds = rows(world, "select distinct exclusion_type from death_or_exclusion")
    assert len(kinds) > 1
