"""The child: what it may not do, and that whatever becomes of it is a sentence for us."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import os
import select
import signal
import socket
import struct
import sys
import time
import tracemalloc
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
from ingest.readers.clock import Clock
from ingest.readers.protocol import ROW_NO, Limits
from ingest.readers.reading import Submitted, reading
from ingest.readers.server import Job, Server
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


@pytest.mark.slow  # waits for longer than the limit
def test_time_does_not_run_while_we_are_busy(big: Path) -> None:
    with reading(big, UI_WAGE, Submitted(big.name), limits=Limits(seconds=3)) as opened:
        stream = opened.records.stream()
        time.sleep(3.1)
        assert sum(batch.num_rows for batch in stream) == 100_000
        opened.records.finish()


def test_time_is_earned_by_what_comes() -> None:
    """A file that comes at the pace of a busy machine may take its time; one that drips or falls silent may not."""
    clock = Clock(Limits(seconds=45, most_seconds=900))
    for _ in range(750):  # 1.5 GB at 2 MB a second
        clock.wait(1)
        clock.deliver(2_000_000)
        assert clock.left > 0
    assert clock.left == 45
    clock.wait(45)
    assert clock.left == 0
    dripping = Clock(Limits(seconds=45, most_seconds=900))
    while dripping.left:
        dripping.wait(1)
        dripping.deliver(1)
    assert dripping.waited <= 46


def test_the_most_of_time_is_not_earned() -> None:
    clock = Clock(Limits(seconds=45, most_seconds=60))
    clock.deliver(1 << 30)
    clock.wait(40)
    clock.deliver(1)
    assert clock.left == 20


def test_memory_is_limited(tmp_path: Path) -> None:
    """Zeros that claim to be a workbook: 150 MB of them fit into one limit and not into the other."""
    path = drop(tmp_path, f"{STEM}.xlsx.gz", gzip.compress(b"PK\x03\x04" + b"\0" * (150 << 20), 1))
    for memory, rule in ((400 << 20, "G3.too_costly"), (1536 << 20, "G3.damaged")):
        with pytest.raises(Rejected) as caught:
            read(path, Limits(30, memory, expanded_free_bytes=1 << 30))
        assert caught.value.counts[0].rule_id == rule


@pytest.mark.parametrize(
    ("by", "kind"),
    [
        (signal.SIGSEGV, Rejected), (signal.SIGABRT, Rejected), (signal.SIGXCPU, Rejected),
        (signal.SIGKILL, ingest.Refused), (signal.SIGTERM, ingest.Refused),
    ],
)  # fmt: skip
def test_a_child_that_dies_is_a_refusal(big: Path, by: signal.Signals, kind: type[Exception]) -> None:
    """Of the file, if it died of it; of the run, if somebody ended it."""
    with reading(big, UI_WAGE, Submitted(big.name)) as opened:
        stream = opened.records.stream()
        child = opened.records.child
        assert child._pidfd is not None
        signal.pidfd_send_signal(child._pidfd, by)
        assert sum(batch.num_rows for batch in stream) < 100_000
        with pytest.raises(kind) as caught:
            opened.records.finish()
    assert str(caught.value).endswith(".")
    assert read(big) == 100_000


def test_a_child_that_is_stopped_is_not_the_files_fault(big: Path) -> None:
    with reading(big, UI_WAGE, Submitted(big.name), limits=Limits(seconds=1)) as opened:
        assert opened.records.child._pidfd is not None
        signal.pidfd_send_signal(opened.records.child._pidfd, signal.SIGSTOP)
        assert sum(batch.num_rows for batch in opened.records.stream()) < 100_000
        with pytest.raises(ingest.Refused, match="ended from outside"):
            opened.records.finish()


def test_a_server_that_is_stopped_is_not_the_files_fault(big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(big) == 100_000
    before = len(list(Path("/proc/self/fd").iterdir()))
    os.kill(client.server()._process.pid, signal.SIGSTOP)
    monkeypatch.setattr(client, "START_SECONDS", 0.2)
    monkeypatch.setattr(client, "CLOSE_SECONDS", 0.2)
    with pytest.raises(ingest.Refused, match="ended from outside"):
        read(big)
    assert len(list(Path("/proc/self/fd").iterdir())) < before, "of the server's, and none is left of the child's"
    monkeypatch.undo()
    assert read(big) == 100_000
    assert len(list(Path("/proc/self/fd").iterdir())) == before


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


def test_a_child_nobody_listens_to_ends(big: Path) -> None:
    """Also one whose number never reached us."""
    with reading(big, UI_WAGE, Submitted(big.name)) as opened:
        child = opened.records.child
        assert child._pidfd is not None
        place = Path(f"/proc/{pid_of(child._pidfd)}")
        opened.records.child.start(opened.records.plan)
        os.close(child._pidfd)
        child._pidfd = None
    wait_until_gone(place)


def wait_until_gone(place: Path) -> None:
    for _ in range(100):
        if not place.exists():
            break
        time.sleep(0.02)
    assert not place.exists()


class Hostile:
    """What a child under the control of its file says, byte for byte, and nothing after it."""

    def __init__(self, *, said: bytes = b"", rows: bytes = b"") -> None:
        self.child = object.__new__(Child)
        self.child._limits = Limits(seconds=2)
        self.child._clock = Clock(self.child._limits)
        self.child._channel, theirs = socket.socketpair()
        self.child._rows, writing = os.pipe()
        self.child._pidfd, self.child._heard = None, bytearray()
        self.child._late, self.child._is_broken = None, False
        with theirs:
            theirs.sendall(said)
        os.write(writing, rows)
        os.close(writing)


@pytest.mark.parametrize(
    "said",
    [
        b"[" * 100_000 + b"\n", b'{"head": ' + b"9" * 5000 + b"}\n", b'{"refused": 1}\n', b'{"refused": ["x", "y"]}\n',
        b'{"refused": [[], {}]}\n', b'{"head": []}\n', b"\xff\n",
    ],
)  # fmt: skip
def test_messages_of_a_hostile_child_are_a_damaged_file(said: bytes) -> None:
    client.server().await_ready()
    child = Hostile(said=said).child
    with pytest.raises(Rejected) as caught:
        child.head()
    child.close()
    assert caught.value.counts[0].rule_id == "G3.damaged"


@pytest.mark.parametrize("size", [0x7FFFFFFF, 0x7FFFFFF0, 65 << 20, 0xFFFFFFFF])
def test_a_length_a_hostile_child_tells_reserves_nothing(size: int) -> None:
    child = Hostile(said=b'{"end": {}}\n', rows=b"\xff\xff\xff\xff" + struct.pack("<I", size)).child
    tracemalloc.start()
    assert list(child.batches(pa.schema([(ROW_NO, pa.int64())]))) == []
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()
    with pytest.raises(Rejected) as caught:
        child.end()
    child.close()
    assert caught.value.counts[0].rule_id == "G3.damaged"


def test_a_server_is_not_held_up_by_one_that_does_not_listen() -> None:
    """The end of a child whose keeper's ears are full is told as soon as there is room, and nothing waits for it."""
    ours, theirs = socket.socketpair()
    orders, channel = socket.socketpair()
    with ours, orders, channel:
        theirs.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                theirs.send(b"x" * 4096)
        loop = Server(channel)
        job = Job(os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}), os.eventfd(0), theirs)
        loop._by_keeper[theirs.fileno()] = job
        loop._poll.register(theirs, 0)
        loop._poll.register(job.ending, select.POLLIN)
        loop._ended(job)
        assert job.left
        ours.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while ours.recv(1 << 20):
                pass
        loop._heard(job, select.POLLOUT)
        assert not job.left
        assert ours.recv(1 << 20).endswith(b'{"ended": 0}\n')


def test_children_end_with_the_block(big: Path) -> None:
    with reading(big, UI_WAGE, Submitted(big.name)) as opened:
        assert opened.records.child._pidfd is not None
        pid = pid_of(opened.records.child._pidfd)
    wait_until_gone(Path(f"/proc/{pid}"))


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
