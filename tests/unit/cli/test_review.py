"""`workforce review`: complete at the command line, and silent about persons unless asked on a terminal."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app
from linkage.decisions import decisions
from tests.unit.linkage.conftest import Vault, person, wage
from tests.unit.linkage.test_rules import SSN

pytestmark = pytest.mark.slow

NUMBER = "438127650"
CANARIES = ("Zanzibarova", "Quillfeather", "Oxbowstein", "Nightjarsky", "1971", "17 Peacock Way", "06199", SSN, NUMBER)
DIGITS = (SSN[-4:], NUMBER[-4:])
SAYS = ("--by", "K. Lee", "--why", "same student id on paper")


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """One agency's id for two people, wages with a number under another name, a number that three people use."""
    monkeypatch.setenv("COLUMNS", "250")
    made = Vault(tmp_path / "home")
    known = {"last_name": "Zanzibarova", "street": "17 Peacock Way", "zip": "06199"}
    twin = known | {"agency_person_id": "Oxbowstein", "birth_date": date(1971, 2, 3)}
    made.add(
        person(first_name="Quillfeather", ssn=SSN, **twin),
        person(first_name="Nightjarsky", ssn=NUMBER, **twin),
        wage(SSN, "NIGHTJARSKY", "OXBOWSTEIN"),
        *[person("adult_ed", ssn="219451299", birth_date=date(1971, 3, day), **known) for day in (1, 2, 3)],
    ).link()
    return made


def review(vault: Vault, *arguments: str) -> Result:
    return CliRunner(env={"WORKFORCE_HOME": str(vault.home.root)}).invoke(app, ["review", *arguments])


def items(vault: Vault) -> dict[str, dict]:
    """Open items by reason, as the list's JSON has them."""
    return {item["reason"]: item for item in json.loads(review(vault, "list", "--json").stdout)["items"]}


def assert_silent(text: str) -> None:
    assert [canary for canary in (*CANARIES, *DIGITS) if canary.lower() in text.lower()] == []


def test_the_list_shows_what_is_open_and_what_it_means(vault: Vault) -> None:
    done = review(vault, "list")
    assert done.exit_code == 0
    assert "3 of 3 open items" in done.stdout
    found = items(vault)
    assert set(found) == {"one_id_two_people", "wage_name_does_not_fit", "shared_number"}
    for item in found.values():
        assert item["item_id"] in done.stdout and item["why"] in done.stdout
    assert "and 2 more" in done.stdout


def test_the_list_can_be_cut_and_narrowed(vault: Vault) -> None:
    assert "1 of 3 open items" in review(vault, "list", "--limit", "1").stdout
    narrowed = review(vault, "list", "--reason", "shared_number").stdout
    assert "1 of 1 open items" in narrowed


def test_nothing_of_a_person_is_printed_without_values(vault: Vault) -> None:
    pair = items(vault)["one_id_two_people"]
    said = [review(vault, "list"), review(vault, "list", "--json")]
    said += [review(vault, "show", item["item_id"]) for item in items(vault).values()]
    said.append(review(vault, "decide", pair["item_id"], "--different", *SAYS))
    said.append(review(vault, "decide", pair["item_id"], "--same", *SAYS))
    said += [review(vault, "decisions"), review(vault, "show", pair["item_id"])]
    said.append(review(vault, "withdraw", "1", *SAYS))
    assert [done.exit_code for done in said] == [0] * 6 + [2, 0, 0, 0]
    for done in said:
        assert_silent(done.output)


def test_an_item_is_shown_side_by_side(vault: Vault) -> None:
    item = items(vault)["wage_name_does_not_fit"]
    told = " ".join(review(vault, "show", item["item_id"]).stdout.split())
    assert f"{item['item_id']}: wage_name_does_not_fit, open" in told
    assert "Social Security number agrees agrees" in told
    assert "first name differs differs" in told
    assert "birth date missing missing" in told
    assert item["identity_key"] in told and item["other_identity_key"] in told


def test_values_are_for_a_terminal_only(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    item = items(vault)["one_id_two_people"]["item_id"]
    refused = review(vault, "show", item, "--values")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "on a terminal only" in refused.stderr
    monkeypatch.setattr("cli.review.is_watched", lambda: True)
    shown = review(vault, "show", item, "--values")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("Restricted: ")
    for value in ("Quillfeather Zanzibarova", "Nightjarsky Zanzibarova", "1971-02-03", *DIGITS):
        assert value in shown.stdout
    assert SSN not in shown.stdout and NUMBER not in shown.stdout and "Peacock" not in shown.stdout


def test_a_decision_is_taken_listed_and_withdrawn(vault: Vault) -> None:
    item = items(vault)["one_id_two_people"]
    done = review(vault, "decide", item["item_id"], "--different", *SAYS, "--on", "2026-03-02")
    assert "Decision 1: the two are two people." in done.stdout
    assert item["item_id"] not in review(vault, "list").stdout
    assert f"{item['item_id']}: one_id_two_people, decided" in review(vault, "show", item["item_id"]).stdout
    [made] = decisions(vault.home)
    assert (made.decision, made.decided_by, made.decided_on) == ("cannot_link", "K. Lee", date(2026, 3, 2))
    listed = review(vault, "decisions").stdout
    assert "two people" in listed and "same student id on paper" in listed and "2026-03-02" in listed
    gone = review(vault, "withdraw", "1", "--by", "M. Ruiz", "--why", "other record meant")
    assert "Decision 1 no longer stands" in gone.stdout
    assert "withdrawn" in review(vault, "decisions").stdout
    assert item["item_id"] in review(vault, "list").stdout


def test_a_pair_is_decided_by_its_keys_and_today_is_the_day(vault: Vault) -> None:
    pair = items(vault)["wage_name_does_not_fit"]
    done = review(vault, "decide", "--pair", pair["identity_key"], pair["other_identity_key"], "--same", *SAYS)
    assert "the two are one person" in done.stdout
    [made] = decisions(vault.home)
    assert made.decided_on == date.today()
    assert "wage_name_does_not_fit" not in items(vault)


def test_nothing_open_and_nothing_decided_is_said(tmp_path: Path) -> None:
    empty = Vault(tmp_path / "home")
    empty.link()
    assert review(empty, "list").stdout == "Nothing is open.\n"
    assert review(empty, "decisions").stdout == "Nothing has been decided yet.\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["list", "--reason", "dubious"], "There is no such reason"),
        (["show", "abcd1234"], "There is no such review item"),
        (["decide", "--same", *SAYS], "Name a review item, or two identities"),
        (["decide", "abcd1234", "--pair", "a", "b", "--same", *SAYS], "Name a review item, or two identities"),
        (["decide", "abcd1234", *SAYS], "Say --same (one person) or --different"),
        (["decide", "abcd1234", "--same", *SAYS], "There is no such review item"),
        (["decide", "--pair", SSN, "Zanzibarova", "--same", *SAYS], "not two identity keys"),
        (["decide", "abcd1234", "--same", "--by", "", "--why", "a reason"], "The name of who decides is missing"),
        (["decide", "abcd1234", "--same", "--by", "K. Lee", "--why", " "], "The reason is missing"),
        (
            ["decide", "abcd1234", "--same", "--by", "K. Lee", "--why", f"both {SSN}"],
            "something like a Social Security",
        ),
        (["decide", "abcd1234", "--same", *SAYS, "--on", "2999-01-01"], "still to come"),
        (["withdraw", "7", *SAYS], "There is no decision 7"),
    ],
)
def test_a_refusal_is_one_sentence_and_changes_nothing(vault: Vault, arguments: list[str], told: str) -> None:
    done = review(vault, *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert_silent(done.output)
    assert decisions(vault.home) == []


def test_before_anything_is_loaded_it_is_one_sentence(tmp_path: Path) -> None:
    done = CliRunner(env={"WORKFORCE_HOME": str(tmp_path / "nothing")}).invoke(app, ["review", "list"])
    assert (done.exit_code, len(done.stderr.strip().splitlines())) == (2, 1)
    assert "no identities to link yet" in done.stderr
