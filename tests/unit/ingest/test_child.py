"""The child: what it may not do, and that whatever becomes of it is a sentence for us."""

from __future__ import annotations

import gzip
import itertools
import os
import signal
import time
from pathlib import Path

import pyarrow as pa
import pytest

import contracts
import ingest
from contracts.profile import Profile
from ingest import engine
from ingest.findings import Rejected
from ingest.readers import client
from ingest.readers.client import Child
from ingest.readers.protocol import ROW_NO, Limits
from ingest.readers.reading import Submitted, reading
from ingest.stage import stage_file
from tests.unit.ingest.files import text, wage_rows
from tests.unit.ingest.forms import STEM, drop, xlsx

UI_WAGE = contracts.load("ui_wage")


def read(path: Path, limits: Limits | None = None) -> int:
    with (
        engine.scratch_engine(None) as con,
        reading(path, UI_WAGE, Submitted(path.name, Profile()), limits=limits) as opened,
    ):
        return stage_file(con, opened).rows_staged


@pytest.fixture
def big(tmp_path: Path) -> Path:
    return drop(tmp_path, f"{STEM}.csv", text(wage_rows(100_000)))


def test_time_is_limited_while_headings_are_looked_for(tmp_path: Path) -> None:
    path = drop(tmp_path, f"{STEM}.xlsx", xlsx(wage_rows(5000)))
    with pytest.raises(Rejected, match=r"took more than 0 seconds") as caught:
        read(path, Limits(seconds=0.05))
    assert caught.value.counts[0].rule_id == "G3.too_costly"


@pytest.mark.slow  # waits for the limit
def test_time_is_limited_while_rows_come(big: Path) -> None:
    before = time.monotonic()
    with reading(big, UI_WAGE, Submitted(big.name), limits=Limits(seconds=3)) as opened:
        stream = opened.records.stream()
        time.sleep(3.1)
        assert sum(batch.num_rows for batch in stream) < 100_000
        with pytest.raises(Rejected, match="took more than"):
            opened.records.finish()
    assert time.monotonic() - before < 10


def test_memory_is_limited(tmp_path: Path) -> None:
    """Zeros that claim to be a workbook: 150 MB of them fit into one limit and not into the other."""
    path = drop(tmp_path, f"{STEM}.xlsx.gz", gzip.compress(b"PK\x03\x04" + b"\0" * (150 << 20), 1))
    for memory, rule in ((400 << 20, "G3.too_costly"), (1536 << 20, "G3.damaged")):
        with pytest.raises(Rejected) as caught:
            read(path, Limits(30, memory, expanded_free_bytes=1 << 30))
        assert caught.value.counts[0].rule_id == rule


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_child_that_dies_is_a_refusal(big: Path, by: signal.Signals) -> None:
    with reading(big, UI_WAGE, Submitted(big.name)) as opened:
        stream = opened.records.stream()
        child = opened.records.child
        assert child._pidfd is not None
        signal.pidfd_send_signal(child._pidfd, by)
        assert sum(batch.num_rows for batch in stream) < 100_000
        with pytest.raises(Rejected) as caught:
            opened.records.finish()
    assert str(caught.value).endswith(".")
    assert read(big) == 100_000


def test_rows_that_are_not_as_agreed_are_no_end_of_the_file(big: Path) -> None:
    """The child sends every row; what it sends is not what was asked for."""
    with reading(big, UI_WAGE, Submitted(big.name)) as opened:
        child, plan = opened.records.child, opened.records.plan
        child.start(plan)
        other = pa.schema([(ROW_NO, pa.int64()), *((column.name, pa.large_string()) for column in plan.columns)])
        assert list(child.batches(other)) == []
        with pytest.raises(Rejected) as caught:
            opened.records.finish()
    assert caught.value.counts[0].rule_id == "G3.damaged"


def test_a_batch_that_goes_missing_is_no_blank_line(big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    every = Child.batches
    monkeypatch.setattr(Child, "batches", lambda self, schema: itertools.islice(every(self, schema), 1, None))
    with pytest.raises(Rejected, match="lost") as caught:
        read(big)
    assert caught.value.counts[0].rule_id == "G3.damaged"


def test_a_server_that_died_is_started_again(big: Path) -> None:
    assert read(big) == 100_000
    before = client.server()
    os.kill(before._process.pid, signal.SIGKILL)
    before._process.wait()
    assert read(big) == 100_000


def test_a_server_that_dies_under_a_file_is_not_the_files_fault(big: Path) -> None:
    with reading(big, UI_WAGE, Submitted(big.name)) as opened:
        stream = opened.records.stream()
        os.kill(client.server()._process.pid, signal.SIGKILL)
        assert sum(batch.num_rows for batch in stream) < 100_000
        with pytest.raises(ingest.Refused, match="ended from outside"):
            opened.records.finish()
    assert read(big) == 100_000


def pid_of(pidfd: int) -> int:
    lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("Pid:")).split()[1])


def test_a_child_has_no_environment_no_files_and_no_room(big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at from outside while it waits for us to take the rows."""
    monkeypatch.setenv("A_SECRET", "unmistakable")
    with reading(big, UI_WAGE, Submitted(big.name)) as opened:
        opened.records.child.start(opened.records.plan)
        time.sleep(0.3)
        assert opened.records.child._pidfd is not None
        place = Path(f"/proc/{pid_of(opened.records.child._pidfd)}")
        assert b"unmistakable" not in (place / "environ").read_bytes()
        limits = (place / "limits").read_text(encoding="ascii")
        for name, most in (("core file size", "0"), ("file size", "0"), ("open files", "32")):
            assert any(name in line and line.split()[-3:-1] == [most, most] for line in limits.splitlines()), name
        opened_files = {str(one.readlink()) for one in (place / "fd").iterdir()}
        assert {name for name in opened_files if name.startswith("/")} == {os.devnull, str(big)}
        status = (place / "status").read_text(encoding="ascii")
        assert "NoNewPrivs:\t1" in status


def test_children_end_with_the_block(big: Path) -> None:
    with reading(big, UI_WAGE, Submitted(big.name)) as opened:
        assert opened.records.child._pidfd is not None
        pid = pid_of(opened.records.child._pidfd)
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            break
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}").exists()


def test_no_descriptor_is_left_open(big: Path) -> None:
    read(big)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        read(big)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize(
    "content",
    [
        b"\x00" * 5000,
        bytes(range(256)) * 40,
        b'"' * 4000,
        b"\xff" * 4000,
        b"," * 3_000_000,
        b"ssn\n" + b"9" * 3_000_000,
    ],
    ids=["zeros", "all bytes", "marks", "high bytes", "separators", "one long line"],
)  # fmt: skip
@pytest.mark.parametrize("suffix", [".csv", ".dat", ".xlsx", ".xls", ".parquet", ".csv.gz", ".zip"])
def test_rubbish_is_a_sentence_in_every_format(tmp_path: Path, content: bytes, suffix: str) -> None:
    """As it is, and behind the first bytes the format begins with."""
    magic = {".xlsx": b"PK\x03\x04", ".xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".parquet": b"PAR1",
             ".csv.gz": b"\x1f\x8b\x08\x00", ".zip": b"PK\x03\x04"}  # fmt: skip
    for start in (b"", magic.get(suffix, b"")):
        result = ingest.validate_file(drop(tmp_path, f"{STEM}{suffix}", start + content), "ui_wage")
        assert result.outcome == "reject_file"
        assert str(result.reject_reason).endswith(".")
        assert "\n" not in str(result.reject_reason)
