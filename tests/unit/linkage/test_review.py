"""The review list: one item per question, in order, the same id in every run, closed by a decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import duckdb
import pytest

from linkage import kept
from linkage.clerical import WHY, review_item, review_queue
from linkage.decisions import CANNOT_LINK, MUST_LINK, ReviewError, decide, withdraw, write_decided
from linkage.review import REASONS, write_review
from tests.unit.linkage.conftest import Vault, person, wage
from tests.unit.linkage.test_rules import OTHER_BORN, OTHER_SSN, SSN, ana

pytestmark = pytest.mark.slow

DAY = date(2026, 3, 2)
Edge = tuple[int, int, str, str, float | None]
Listed = Callable[..., dict[str, int]]


@pytest.fixture
def listed(vault: Vault) -> Listed:
    """`listed((row, row, rule, refused reason, weight), …)`: the list as if these were the edges of the last run."""

    def write(*edges: Edge) -> dict[str, int]:
        with duckdb.connect(str(vault.home.vault_db)) as con:
            kept.prepare(con)
            kept.standardise(con)
            write_decided(con)
            con.execute("create temp table oversized_block (block varchar, n bigint)")
            con.execute(
                "create temp table edge_decided (position bigint, a bigint, b bigint, match_rule varchar, "
                "evidence varchar, refused_reason varchar, weight double)"
            )
            place = dict(con.execute("select i.first_row_no, s.n from std as s join identity as i using (identity_key)")
                         .fetchall())  # fmt: skip
            for position, (left, right, rule, reason, weight) in enumerate(edges):
                a, b = sorted((place[left], place[right]))
                con.execute(
                    "insert into edge_decided values (?, ?, ?, ?, 'test', ?, ?)", [position, a, b, rule, reason, weight]
                )
            return write_review(con)

    return write


def strangers(vault: Vault, number: int) -> Vault:
    vault.add(*[person("adult_ed", agency_person_id=str(row)) for row in range(1, number + 1)]).link()
    return vault


def key(vault: Vault, row: int) -> str:
    return vault.query(f"select identity_key::varchar from identity where first_row_no = {row}")[0][0]


def taken(vault: Vault, left: int, right: int, decision: str) -> None:
    decide(vault.home, (key(vault, left), key(vault, right)), decision, "K. Lee", "a reason", DAY)


def open_items(vault: Vault) -> list[tuple[str, int]]:
    return [(item.reason, item.member_count) for item in review_queue(vault.home).items]


def test_uncertain_pairs_come_first_nearest_the_link_threshold_first(vault: Vault, listed: Listed) -> None:
    strangers(vault, 6)
    counts = listed(
        (1, 2, "D2", "twins", None),
        (3, 4, "P", "uncertain", 1.5),
        (5, 6, "P", "uncertain", 4.25),
        (2, 3, "P", "name_alone", 9.0),
        (1, 6, "D3", "two_numbers", None),
    )
    assert counts == {"one_id_two_people": 1, "uncertain_pair": 2, "weak_tier": 1}
    assert vault.reviews() == [
        ("uncertain_pair", 5, 6),
        ("uncertain_pair", 3, 4),
        ("one_id_two_people", 1, 2),
        ("weak_tier", 2, 3),
    ]
    queue = review_queue(vault.home)
    assert [item.weight for item in queue.items] == [4.25, 1.5, None, 9.0]
    assert [item.priority for item in queue.items] == [1, 2, 3, 4]
    assert list(queue.open_by_reason) == [reason for reason in REASONS if reason in counts]
    assert [item.weight for item in review_queue(vault.home, "uncertain_pair", 1).items] == [4.25]


def test_a_pair_that_was_outweighed_is_uncertain_and_says_why(vault: Vault, listed: Listed) -> None:
    strangers(vault, 4)
    listed((1, 2, "P", "uncertain", 1.5), (3, 4, "P", "outweighed", 6.0))
    assert vault.reviews() == [("uncertain_pair", 3, 4), ("uncertain_pair", 1, 2)]
    assert WHY["outweighed"].endswith(".")


def test_two_persons_are_asked_about_once_by_their_best_pair(vault: Vault, listed: Listed) -> None:
    vault.add(
        *[person("adult_ed", agency_person_id="1") for _ in range(2)],
        *[person("adult_ed", agency_person_id="2") for _ in range(2)],
    ).link()
    listed((1, 3, "P", "uncertain", 1.0), (2, 3, "P", "uncertain", 3.0), (2, 4, "P", "uncertain", 2.0))
    assert vault.reviews() == [("uncertain_pair", 2, 3)]


def test_a_pair_that_other_edges_made_one_person_is_no_question(vault: Vault, listed: Listed) -> None:
    vault.add(*[person("adult_ed", agency_person_id="1") for _ in range(2)]).link()
    assert listed((1, 2, "P", "uncertain", 1.0)) == {}


def test_pairs_of_a_name_alone_are_listed_only_while_they_are_few(
    vault: Vault, listed: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    strangers(vault, 4)
    edges = [(1, 2, "W", "name_alone", None), (3, 4, "W", "name_alone", None), (1, 4, "P", "uncertain", 0.5)]
    assert listed(*edges) == {"uncertain_pair": 1, "weak_tier": 2}
    monkeypatch.setattr("linkage.review.MAX_NAME_ALONE", 1)
    assert listed(*edges) == {"uncertain_pair": 1}


def test_an_oversized_chain_is_one_item_with_all_its_records(vault: Vault, listed: Listed) -> None:
    strangers(vault, 7)
    chain = [(1, 2), (2, 3), (5, 3), (4, 6)]
    assert listed(*[(*ends, "D2", "oversized_component", None) for ends in chain]) == {"oversized_component": 2}
    assert vault.reviews() == [("oversized_component", 1, None), ("oversized_component", 4, None)]
    first, second = review_queue(vault.home).items
    assert (first.member_count, second.member_count) == (4, 2)
    shown = review_item(vault.home, first.item_id)
    assert {one.identity_key for one in shown.identities} == {key(vault, row) for row in (1, 2, 3, 5)}
    assert shown.comparisons == []


def test_a_shared_number_is_one_item(vault: Vault) -> None:
    borrowers = [ana(agency_person_id=str(n), birth_date=date(1980, 2, n), zip=f"0610{n}") for n in (1, 2, 3)]
    others = [ana(agency_person_id=f"9{n}", ssn=OTHER_SSN, birth_date=date(1990, 2, n)) for n in (1, 2, 3)]
    vault.add(*borrowers, *others, wage(SSN, "ANA", "RIVERA")).link()
    assert open_items(vault) == [("shared_number", 4), ("shared_number", 3)]


def test_an_item_about_more_than_a_pair_cannot_be_decided_as_one(vault: Vault) -> None:
    vault.add(*[ana(agency_person_id=str(n), birth_date=date(1980, 2, n)) for n in (1, 2, 3)]).link()
    [item] = review_queue(vault.home).items
    with pytest.raises(ReviewError, match="no such review item about two identities"):
        decide(vault.home, item.item_id, MUST_LINK, "K. Lee", "a reason", DAY)


def test_ids_stay_from_run_to_run_and_when_records_are_added_before(vault: Vault, listed: Listed) -> None:
    strangers(vault, 5)
    edges = [(2, 3, "P", "uncertain", 1.0), (4, 5, "P", "uncertain", 2.0)]
    listed(*edges)
    before = {(item.item_id, item.weight) for item in review_queue(vault.home).items}
    listed(*reversed(edges), (1, 2, "P", "uncertain", 7.0))
    after = {(item.item_id, item.weight) for item in review_queue(vault.home).items}
    assert before < after
    with duckdb.connect(str(vault.home.vault_db)) as con:  # the later record turns out to have come in first
        con.execute("update identity set first_row_no = 0 where first_row_no = 3")
    listed((2, 0, "P", "uncertain", 1.0), edges[1])
    assert {(item.item_id, item.weight) for item in review_queue(vault.home).items} == before
    assert all(len(item) == 8 for item, _ in after)


def test_a_decision_closes_the_item_and_a_withdrawal_opens_it_again(vault: Vault, listed: Listed) -> None:
    edges = [(1, 2, "P", "uncertain", 1.0), (3, 4, "P", "uncertain", 2.0)]
    strangers(vault, 4)
    listed(*edges)
    item = review_queue(vault.home).items[0]
    made = decide(vault.home, item.item_id, CANNOT_LINK, "K. Lee", "a reason", DAY)
    assert {made.identity_key, made.other_identity_key} == {key(vault, 3), key(vault, 4)}
    assert [one.weight for one in review_queue(vault.home).items] == [1.0]
    assert listed(*edges) == {"uncertain_pair": 1}
    assert review_item(vault.home, item.item_id).item.is_decided
    assert review_item(vault.home, item.item_id).decisions == [made]
    withdraw(vault.home, 1, "K. Lee", "an error", DAY)
    assert [one.weight for one in review_queue(vault.home).items] == [2.0, 1.0]
    assert listed(*edges) == {"uncertain_pair": 2}


def test_a_decision_about_other_records_of_the_same_two_persons_closes_the_item(vault: Vault, listed: Listed) -> None:
    vault.add(
        *[person("adult_ed", agency_person_id="1") for _ in range(2)],
        *[person("adult_ed", agency_person_id="2") for _ in range(2)],
    ).link()
    taken(vault, 2, 4, CANNOT_LINK)
    assert listed((1, 3, "P", "uncertain", 1.0)) == {}


@pytest.mark.parametrize(("left", "right", "closed"), [(2, 4, True), (4, 1, True), (1, 2, False), (2, 5, False)])
def test_several_numbers_are_confirmed_by_any_record_of_either_number(
    vault: Vault, left: int, right: int, closed: bool
) -> None:
    numbers = [SSN, SSN, OTHER_SSN, OTHER_SSN, None]
    vault.add(*[ana(agency_person_id="1", ssn=number) for number in numbers]).link()
    assert open_items(vault) == [("several_numbers", 2)]
    taken(vault, left, right, MUST_LINK)
    assert (open_items(vault) == []) == closed


def test_a_decision_that_the_run_did_not_keep_is_listed_first(vault: Vault, listed: Listed) -> None:
    vault.add(*[person("adult_ed", agency_person_id=number) for number in ("1", "1", "2", "3")]).link()
    taken(vault, 1, 2, CANNOT_LINK)
    taken(vault, 3, 4, MUST_LINK)
    assert listed((1, 3, "P", "uncertain", 9.0)) == {"decision_not_kept": 2, "uncertain_pair": 1}
    assert vault.reviews()[:2] == [("decision_not_kept", 1, 2), ("decision_not_kept", 3, 4)]


def test_what_agrees_is_told_of_the_pair_and_of_all_records(vault: Vault) -> None:
    vault.add(
        ana(agency_person_id="1", middle_name=None, street="1 Main St"),
        ana(agency_person_id="1", ssn=None, zip="06510", street="9 Elm St"),
        ana(agency_person_id="1", birth_date=OTHER_BORN, ssn=OTHER_SSN, first_name="Anna", street="1 main st "),
    ).link()
    [item] = review_queue(vault.home).items
    assert item.reason == "one_id_two_people"
    told = review_item(vault.home, item.item_id)
    assert {one.field: one.outcome for one in told.comparisons} == {
        "Social Security number": "differs",
        "first name": "nearly agrees",
        "middle initial": "missing",
        "last name": "agrees",
        "suffix": "missing",
        "birth date": "differs",
        "sex": "agrees",
        "ZIP code": "agrees",
        "street": "agrees",
        "agency's id (same agency)": "agrees",
        "student id": "missing",
    }
    of_all = {one.field: one.of_all for one in told.comparisons}
    assert (of_all["ZIP code"], of_all["middle initial"], of_all["street"]) == ("both", "agrees", "both")
    assert [(one.side, one.is_asked) for one in told.identities] == [("left", True), ("left", False), ("right", True)]
    assert {(one.match_rule, one.refused_reason) for one in told.evidence} == {("D2", "two_numbers_and_birth_dates")}
    assert all(one.why for one in told.evidence)


def test_values_come_back_only_when_asked_for_and_whole_numbers_never(vault: Vault) -> None:
    vault.add(ana(), wage(SSN, "JOHN", "SMITH")).link()
    [item] = review_queue(vault.home).items
    without = repr(review_item(vault.home, item.item_id)) + repr(review_queue(vault.home))
    assert not any(value in without for value in ("Rivera", "SMITH", "1980", SSN, SSN[-4:]))
    given = review_item(vault.home, item.item_id, values=True)
    assert {one.values.name for one in given.identities} == {"Ana Luz Rivera", "JOHN SMITH"}
    assert {one.values.last_four for one in given.identities} == {SSN[-4:]}
    assert SSN not in repr(given)


def test_before_the_first_run_and_for_what_is_not_there_it_is_one_sentence(vault: Vault) -> None:
    with pytest.raises(ReviewError, match="There is no review list yet"):
        review_queue(vault.home)
    with pytest.raises(ReviewError, match="There is no review list yet"):
        review_item(vault.home, "abcd1234")
    vault.link()
    assert review_queue(vault.home).items == []
    with pytest.raises(ReviewError, match="no such review item"):
        review_item(vault.home, "abcd1234")
    with pytest.raises(
        ReviewError, match="no such reason; it is one of decision_not_kept, decision_kept_in_part, uncertain_pair"
    ):
        review_queue(vault.home, "dubious")


def test_a_second_run_writes_the_same_list(vault: Vault) -> None:
    vault.add(ana(), wage(SSN, "JOHN", "SMITH"), ana(agency_person_id="1", ssn=OTHER_SSN, birth_date=OTHER_BORN)).link()
    first = vault.query("select * from linkage.review order by rowid")
    vault.link(threads=1)
    assert vault.query("select * from linkage.review order by rowid") == first
