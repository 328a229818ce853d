"""Whatever goes wrong is told in a sentence, and no message of a library, which may quote a cell, is repeated."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb
import pytest

from home import Home
from home.lock import LockHeld
from orchestration.dbt_build import _without_values
from orchestration.faults import describe
from publish import PublishRefused

SECRET = "Quillbert 219-09-9999"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path).ensure()


def raised(action) -> BaseException:
    with pytest.raises(Exception) as caught:
        action()
    return caught.value


def test_an_engine_error_that_quotes_a_value_is_reduced_to_its_kind(home: Home) -> None:
    error = raised(lambda: duckdb.connect().execute(f"select cast('{SECRET}' as integer)"))
    assert SECRET in str(error)
    fault = describe(error, home)
    assert fault.kind == "ours"
    assert SECRET not in fault.sentence
    assert "ConversionException" in fault.sentence


def test_the_trace_file_has_types_and_our_lines_and_no_message(home: Home) -> None:
    def inner() -> None:
        from contracts import load

        try:
            duckdb.connect().execute(f"select cast('{SECRET}' as integer)")
        except duckdb.Error as error:
            raise RuntimeError(SECRET) from error
        load("ui_wage")

    describe(raised(inner), home)
    [trace] = (home.root / "logs").glob("fault-*.txt")
    told = trace.read_text(encoding="utf-8")
    assert "RuntimeError" in told
    assert "ConversionException" in told
    assert "test_faults.py" in told
    assert SECRET not in told
    assert ".venv" not in told


@pytest.mark.parametrize("error", [PublishRefused("The mart is empty: fill it."), LockHeld("Another run is going.")])
def test_our_own_sentences_are_passed_on(home: Home, error: Exception) -> None:
    fault = describe(error, home)
    assert (fault.kind, fault.sentence) == ("refused", str(error))
    assert not (home.root / "logs").exists()


def full_disk() -> None:
    try:
        raise OSError(errno.ENOSPC, "No space left on device")
    except OSError as error:
        raise PublishRefused("could not write") from error


@pytest.mark.parametrize(
    "action",
    [
        full_disk,
        lambda: (_ for _ in ()).throw(duckdb.IOException('Could not write file "x": No space left on device')),
        lambda: (_ for _ in ()).throw(OSError(errno.EFBIG, "File too large")),
    ],
)
def test_a_full_disk_is_named_wherever_it_shows(home: Home, action) -> None:
    fault = describe(raised(action), home)
    assert fault.kind == "environment"
    assert "full" in fault.sentence
    assert "Free space" in fault.sentence


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            f"Runtime Error in model x (models/x.sql)\n  Conversion Error: could not convert '{SECRET}'",
            "Conversion Error",
        ),
        (f'Runtime Error in model x\n  Constraint Error: Duplicate key "{SECRET}"', "Constraint Error"),
        (f"{SECRET} and nothing else", "an error whose message is not repeated here"),
    ],
)
def test_a_dbt_message_about_data_keeps_its_kind_only(message: str, told: str) -> None:
    assert _without_values(message) == told


def test_a_dbt_message_about_the_model_is_repeated() -> None:
    message = 'Runtime Error in model x (models/x.sql)\n  Binder Error: Referenced column "wage" not found\n  LINE 3'
    assert _without_values(message) == 'Binder Error: Referenced column "wage" not found'
