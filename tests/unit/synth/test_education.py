"""Education beside periods and courses: what the extracts say about the same people agrees."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb
import pytest

import synth
from tests.unit.synth.reading import extracts

pytestmark = pytest.mark.slow  # makes a world

SOURCES = (
    "adult_ed_assessment",
    "adult_ed_hours",
    "postsecondary_term",
    "postsecondary_award",
    "nsc_studenttracker",
    "scholarship_award",
    "tta_cohort",
)


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    synth.generate(2_000, 5, folder, quarters=1)
    return folder


@pytest.fixture(scope="module")
def world(landing: Path) -> duckdb.DuckDBPyConnection:
    return extracts(landing, [*SOURCES, "adult_ed", "dual_credit"])


def rows(world: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    return world.execute(sql).fetchall()


def test_all_together_they_are_small(landing: Path) -> None:
    size = sum(path.stat().st_size for source in SOURCES for path in (landing / "landing" / source).iterdir())
    assert size < 700_000


def test_hours_of_the_classes_add_up_to_the_hours_of_the_year(world: duckdb.DuckDBPyConnection) -> None:
    said = (
        "select student_id, regexp_extract(file_name, 'PY(....)', 1), sum({0}::decimal(9, 2)) from {1} group by all "
        "order by all"
    )
    assert rows(world, said.format("instruction_hours", "adult_ed_hours")) == rows(
        world, said.format("pop_hours", "adult_ed")
    )


def test_tests_lie_in_a_period_and_the_first_shows_the_entering_level(world: duckdb.DuckDBPyConnection) -> None:
    outside = rows(
        world,
        "select 1 from adult_ed_assessment t where not exists (select 1 from adult_ed p "
        "where p.student_id = t.student_id and t.test_date between p.entry_date and p.last_activity_date)",
    )
    assert outside == []
    agree = rows(
        world,
        "select avg((e.efl_code = p.entering_efl)::int) from adult_ed_assessment t join adult_ed p on "
        "p.student_id = t.student_id and t.test_date between p.entry_date and p.last_activity_date "
        "join read_csv('contracts/codes/ref_test_efl.csv') e on e.test_series = t.test_series "
        "and t.scale_score::int between e.score_from and e.score_to "
        "where t.pre_post = 'PRE' and t.test_form like '%R' and left(e.efl_code, 3) = left(p.entering_efl, 3)",
    )
    assert agree == [(1.0,)]


def test_post_tests_gain_more_often_than_not(world: duckdb.DuckDBPyConnection) -> None:
    [(gains, pairs)] = rows(
        world,
        "select count(*) filter (b.scale_score::int > a.scale_score::int), count(*) from adult_ed_assessment a "
        "join adult_ed_assessment b using (file_name, student_id, test_series) "
        "where a.pre_post = 'PRE' and b.pre_post = 'POST' and b.test_date > a.test_date",
    )
    assert pairs > 50
    assert 0.5 < gains / pairs < 0.95


def truth(source: str) -> str:
    return (
        f"(select s.*, r.truth_person_id from {source} s join record r on r.source = '{source}' "
        "and r.file_name = s.file_name and r.row_no = s.row_no)"
    )


def test_students_of_type_0_have_dual_credit_at_the_college(world: duckdb.DuckDBPyConnection) -> None:
    without = rows(
        world,
        f"select 1 from {truth('postsecondary_term')} t where student_type = '0' and not exists ("
        f"select 1 from {truth('dual_credit')} d where d.truth_person_id = t.truth_person_id "
        "and d.ihe_code = t.ihe_unitid and d.term = t.term and d.reporter = 'IHE')",
    )
    assert without == []
    kinds = {kind for (kind,) in rows(world, "select distinct student_type from postsecondary_term")}
    assert kinds == {"0", "1", "3", "5"}


def test_dual_credit_students_go_on_to_college_and_so_do_learners(world: duckdb.DuckDBPyConnection) -> None:
    later = f"select distinct truth_person_id from {truth('postsecondary_term')} where student_type <> '0'"
    for source, fewest in (("dual_credit", 20), ("adult_ed", 5)):
        [(both,)] = rows(
            world,
            f"select count(distinct truth_person_id) from {truth(source)} semi join ({later}) using (truth_person_id)",
        )
        assert both >= fewest, source


def test_awards_follow_enrolment_in_the_term(world: duckdb.DuckDBPyConnection) -> None:
    alone = rows(
        world,
        "select 1 from postsecondary_award anti join postsecondary_term using (college_student_id, ihe_unitid, term)",
    )
    assert alone == []
    assert len(rows(world, "select distinct award_level from postsecondary_award")) >= 3


def test_colleges_give_the_same_number_to_different_people(world: duckdb.DuckDBPyConnection) -> None:
    shared = rows(
        world,
        f"select college_student_id from {truth('postsecondary_term')} group by 1 "
        "having count(distinct truth_person_id) > 1",
    )
    assert shared
    assert (
        rows(
            world,
            f"select 1 from {truth('postsecondary_term')} group by college_student_id, ihe_unitid "
            "having count(distinct truth_person_id) > 1",
        )
        == []
    )


def test_the_clearinghouse_answers_once_about_everybody_asked_for(world: duckdb.DuckDBPyConnection) -> None:
    kinds = dict(
        rows(
            world,
            "with person as (select sasid, count(*) as all_rows, count(*) filter (record_found = 'N') as not_found "
            "from nsc_studenttracker group by file_name, sasid) "
            "select case not_found when 0 then 'found' when all_rows then 'nobody' else 'both' end, count(*) "
            "from person group by all",
        )
    )
    assert set(kinds) == {"nobody", "found"}
    assert min(kinds.values()) > 10
    assert rows(world, "select 1 from nsc_studenttracker anti join dual_credit using (sasid)") == []
    shapes = Counter(
        rows(world, "select graduated, enrollment_begin_date is null, graduation_date is null from nsc_studenttracker")
    )
    assert set(shapes) == {("N", False, True), ("Y", True, False), (None, True, True)}
    assert {state for (state,) in rows(world, "select distinct college_state from nsc_studenttracker")} > {"CT", "MA"}


def test_the_rounds_of_the_accelerator_have_the_published_totals(world: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        world,
        "select tta_round, sum(partner_count::int), count(*), sum(learner_count::int), sum(irc_count::int), "
        "sum(placement_count::int) from tta_cohort group by 1 order by 1",
    ) == [("1", 22, 8, 38, 22, 5), ("2", 26, 15, 79, 16, 8)]


def test_scholarships_go_to_students_of_the_field(world: duckdb.DuckDBPyConnection) -> None:
    without = rows(
        world,
        f"select 1 from {truth('scholarship_award')} s where not exists (select 1 from {truth('postsecondary_term')} t "
        "where t.truth_person_id = s.truth_person_id and t.term = s.term and t.ihe_unitid = s.ihe_unitid)",
    )
    assert without == []
    assert {name for (name,) in rows(world, "select distinct study_field from scholarship_award")} >= {
        "NURSING",
        "SOCIALWORK",
    }
