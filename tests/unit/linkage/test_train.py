"""A new model from invented records whose errors are counted: learnt, bounded, the same every time, nobody's values."""

from __future__ import annotations

import csv
import json
import random
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from home import Home
from linkage import LinkageError
from linkage import model as models
from linkage.train import Trained, train
from tests.unit.linkage.conftest import Vault, person

pytestmark = pytest.mark.slow

PEOPLE = 1_500
VERSION = "2030-01"
RATES = {
    ("last_name", "close"): 0.08,
    ("birth_date", "one_slip"): 0.10,
    ("ssn", "one_slip"): 0.06,
    ("sex", "otherwise"): 0.04,
    ("phone", "otherwise"): 0.30,
}
"""Level and how often the second record of a person is on it."""
TOLERANCE = 0.025
COLUMNS = (
    "source_system", "source_record_id", "ssn", "first_name", "last_name", "date_of_birth", "sex", "zip", "phone"
)  # fmt: skip


def word(at: int, syllables: int, ending: str) -> str:
    parts = [("ba", "ko", "li", "mu", "ne", "ro", "sy")[at // 7**place % 7] for place in range(syllables)]
    return "".join(parts) + ending


def first_record(at: int, chance: random.Random) -> dict[str, str]:
    born = date(chance.randrange(1950, 1999), chance.randrange(1, 13), chance.randrange(13, 29))
    return {
        "source_system": "first",
        "source_record_id": f"{at:05d}",
        "ssn": f"{chance.randrange(100, 600)}{chance.randrange(10, 90)}{at:04d}",
        "first_name": word(chance.randrange(49), 2, "da"),
        "last_name": word(chance.randrange(343), 3, "vik"),
        "date_of_birth": born.isoformat(),
        "sex": chance.choice("MF"),
        "zip": f"06{chance.randrange(100, 140)}",
        "phone": f"203{chance.randrange(2_000_000, 9_999_999)}",
    }


def second_record(first: dict[str, str], chance: random.Random, counted: dict[tuple[str, str], int]) -> dict[str, str]:
    """The same person at another agency, each field wrong at its rate."""
    other = first | {"source_system": "second"}

    def is_wrong(level: tuple[str, str]) -> bool:
        wrong = chance.random() < RATES[level]
        counted[level] = counted.get(level, 0) + wrong
        return wrong

    if is_wrong(("last_name", "close")):
        other["last_name"] += "s"
    if is_wrong(("birth_date", "one_slip")):
        digit = int(first["date_of_birth"][3])
        other["date_of_birth"] = f"{first['date_of_birth'][:3]}{(digit + 1) % 10}{first['date_of_birth'][4:]}"
    if is_wrong(("ssn", "one_slip")):
        other["ssn"] = f"{first['ssn'][:3]}{(int(first['ssn'][3]) + 1) % 10}{first['ssn'][4:]}"
    if is_wrong(("sex", "otherwise")):
        other["sex"] = "F" if first["sex"] == "M" else "M"
    if is_wrong(("phone", "otherwise")):
        other["phone"] = f"860{chance.randrange(2_000_000, 9_999_999)}"
    return other


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[tuple[str, str], float], set[str]]:
    """A folder of records, the true share of every wrong level, and every value of a person in it."""
    chance = random.Random(5)
    counted: dict[tuple[str, str], int] = {}
    firsts = [first_record(at, chance) for at in range(PEOPLE)]
    rows = firsts + [second_record(first, chance, counted) for first in firsts]
    folder = tmp_path_factory.mktemp("records")
    with (folder / "all.csv").open("w", newline="") as target:
        writer = csv.DictWriter(target, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    values = {row[name] for row in rows for name in COLUMNS[2:] if name != "sex"}
    return folder, {level: wrong / PEOPLE for level, wrong in counted.items()}, values


@pytest.fixture(scope="module")
def trained(made: tuple, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    out = tmp_path_factory.mktemp("model") / "new.json"
    return train(Home(out.parent / "home"), out, VERSION, records=made[0])


def test_shares_are_recovered(made: tuple, trained: Trained) -> None:
    new = models.load(trained.model)
    for level, share in made[1].items():
        assert new.m[level] == pytest.approx(share, abs=TOLERANCE), level
        assert new.m[level[0], "same"] == pytest.approx(1 - share, abs=TOLERANCE), level
    assert new.u["sex", "same"] == pytest.approx(0.5, abs=0.02)
    assert new.u["last_name", "same"] == pytest.approx(1 / 343, rel=0.3)
    assert trained.links_after >= 0.97 * PEOPLE


def test_what_was_not_seen_or_is_selective_stays(trained: Trained) -> None:
    new, reviewed = models.load(trained.model), models.load()
    assert {("email", "same"), ("email", "otherwise"), ("middle_name", "same"), ("address", "same")} <= {*trained.kept}
    assert all(new.m[key] == reviewed.m[key] for key in trained.kept)
    for name in ("ssn", "phone", "email"):
        assert {key: u for key, u in new.u.items() if key[0] == name} == {
            key: u for key, u in reviewed.u.items() if key[0] == name
        }
    report = trained.report.read_text()
    assert "email same, email otherwise" in report.split("## As reviewed")[1].split("\n- u,")[0]


def test_the_file_is_a_model_of_the_same_shape(trained: Trained) -> None:
    new, reviewed = (json.loads(path.read_text()) for path in (trained.model, models.MODEL_FILE))
    assert list(new) == list(reviewed)
    assert new["model_version"] == VERSION and new["reviewed"] == "not yet"
    assert {key: list(new["comparisons"][key]) for key in new["comparisons"]} == {
        key: list(reviewed["comparisons"][key]) for key in reviewed["comparisons"]
    }
    same = set(new) - {"model_version", "reviewed", "sources", "comparisons"}
    assert {key: new[key] for key in same} == {key: reviewed[key] for key in same}
    assert len(trained.model.read_text().splitlines()) == len(models.MODEL_FILE.read_text().splitlines())


def test_same_bytes_in_any_order_on_any_threads(made: tuple, trained: Trained, tmp_path: Path) -> None:
    lines = (made[0] / "all.csv").read_text().splitlines()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "all.csv").write_text("\n".join([lines[0], *lines[:0:-1]]) + "\n")
    again = train(Home(tmp_path), tmp_path / "again.json", VERSION, records=tmp_path / "in", threads=1)
    assert again.model.read_bytes() == trained.model.read_bytes()
    assert again.report.read_bytes() == trained.report.read_bytes()


def test_no_value_of_a_person_is_written(made: tuple, trained: Trained) -> None:
    text = (trained.model.read_text() + trained.report.read_text()).lower()
    assert [value for value in made[2] if value.lower() in text] == []


def test_the_vault_is_learnt_from_and_not_touched(vault: Vault, tmp_path: Path) -> None:
    chance = random.Random(6)
    identities = []
    for at in range(150):
        row = first_record(at, chance)
        known = {name: row[name] for name in ("ssn", "first_name", "last_name", "sex", "zip")}
        born = date.fromisoformat(row["date_of_birth"])
        identities += [person(birth_date=born, **known), person("adult_ed", birth_date=born, **known)]
    vault.add(*identities)
    before = vault.home.vault_db.read_bytes()
    done = train(vault.home, tmp_path / "new.json", VERSION)
    assert (done.records, done.links_before) == (300, 150)
    assert models.load(done.model).m["first_name", "same"] > models.load().m["first_name", "same"]
    assert vault.home.vault_db.read_bytes() == before


@pytest.mark.parametrize(
    ("out", "version", "said"),
    [
        ("new.json", models.load().version, "the model in use"),
        ("new.json", "no blanks", "The version is"),
        ("new.txt", VERSION, "ends in .json"),
        ("new.json", VERSION, "Nothing can be learnt from 2 records"),
    ],
)
def test_refusals_are_one_sentence_and_write_nothing(
    vault: Vault, tmp_path: Path, out: str, version: str, said: str
) -> None:
    vault.add(person(first_name="Ana"), person("adult_ed", first_name="Eva"))
    (tmp_path / "out").mkdir()
    with pytest.raises(LinkageError, match=said):
        train(vault.home, tmp_path / "out" / out, version)
    assert list((tmp_path / "out").iterdir()) == []


def test_the_command_says_where_things_are(monkeypatch: pytest.MonkeyPatch, made: tuple, tmp_path: Path) -> None:
    monkeypatch.setenv("WORKFORCE_HOME", str(tmp_path / "home"))
    asked = ["link", "train", "--out", str(tmp_path / "m.json"), "--version", VERSION]
    assert CliRunner().invoke(app, asked).exit_code == 2
    done = CliRunner().invoke(app, [*asked, "--records", str(made[0]), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["records"] == 2 * PEOPLE
    assert (tmp_path / "m.report.md").exists()
