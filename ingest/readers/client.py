"""Parent side: the child's keeper. Starts the server once per process, hands files over, listens, ends what overruns.

Belongs here: processes, time, and the sentence for a child that died. Does not: what the rows mean. Whatever comes from
the child is checked before it is used: it may be under the control of a hostile file.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.findings import Refused, Rejected
from ingest.readers import protocol
from ingest.readers.clock import Clock
from ingest.readers.protocol import Limits, Plan, Shape

if TYPE_CHECKING:
    import pyarrow as pa

PROJECT_ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30.0
CLOSE_SECONDS = 2.0
DYING_SECONDS = 1.0
"""Between the end of a server's connections and its own."""
LINE_LIMIT = 64 << 20
"""Of one message; the longest lists a million row numbers."""
PART_LIMIT = 64 << 20
"""Of rows at once; the child sends half of it at most."""
UNUSABLE = (ValueError, TypeError, OverflowError, MemoryError, RecursionError)
"""What comes of using what a hostile child says."""
FROM_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGQUIT)
"""Ends that are nobody's limit of ours: an operator, or a system short of memory, which may have any process pay."""
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "PYTHONPATH": str(PROJECT_ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve more address space than a child may have
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_TRIM_THRESHOLD_": "268435456",
    "MALLOC_MMAP_THRESHOLD_": "67108864",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
"""All the server knows of ours: nothing."""


class _Server:
    """This process's fork server."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self.pid = os.getpid()
        self._channel = ours
        self._lock = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ingest.readers.server", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # may hold values
                env=ENVIRONMENT,
                cwd="/",
                start_new_session=True,  # an interrupt is for us; the server ends when we do
            )
        self._is_ready = False

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def fork(self, file: int, control: int, rows: int, limits: Limits) -> None:
        with self._lock:
            self.await_ready()
            socket.send_fds(self._channel, [json.dumps(asdict(limits)).encode()], [file, control, rows])

    def await_ready(self) -> None:
        """Starting takes part of a second; the first file waits for it, nothing else does."""
        if self._is_ready:
            return
        self._channel.settimeout(START_SECONDS)
        if self._channel.recv(1) != b"r":
            raise OSError("The reading process did not start.")
        self._channel.settimeout(None)
        self._is_ready = True

    def close(self) -> None:
        self._channel.close()
        if self.pid == os.getpid():
            try:
                self._process.wait(CLOSE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


_server: _Server | None = None
_starting = threading.Lock()


def server() -> _Server:
    """The server of this process, started when it is first needed and again when it died."""
    global _server
    with _starting:
        if _server is None or _server.pid != os.getpid() or not _server.is_alive:
            if _server is None:
                atexit.register(close)
            _server = _Server()
        return _server


def close() -> None:
    """End the server; the next file starts another."""
    global _server
    if _server is not None:
        _server.close()
        _server = None


def server_is_alive(patience: float = 0.0) -> bool:
    """Whether the server of this process still runs, and does not end within so many seconds."""
    if _server is None:
        return False
    with contextlib.suppress(subprocess.TimeoutExpired):
        _server._process.wait(patience)
    return _server.is_alive


def ended_from_outside() -> Refused:
    """For a file whose reading ended for no reason of its own: it must not be held against the file."""
    return Refused("The reading process was ended from outside. Nothing of this file was loaded; run again.")


class Child:
    """One file being read. `head`, then `start`, then `batches` to the end, then `end`."""

    def __init__(self, handle: int, shape: Shape, limits: Limits) -> None:
        self._limits = limits
        self._clock = Clock(limits)
        self._channel, theirs = socket.socketpair()
        self._rows, writing = os.pipe2(os.O_CLOEXEC)
        self._pidfd: int | None = None
        self._heard = bytearray()
        self._late: Rejected | Refused | None = None
        self._is_broken = False
        try:
            try:
                server().fork(handle, theirs.fileno(), writing, limits)
            finally:
                theirs.close()
                os.close(writing)
            self._channel.settimeout(START_SECONDS)
            _, fds, _, _ = socket.recv_fds(self._channel, 1, 1)
            self._pidfd = fds[0] if fds else None
            self._channel.settimeout(None)
            with contextlib.suppress(ConnectionError):  # it is over already: `head` hears why
                protocol.send(self._channel, protocol.to_data(shape))
        except OSError:
            self.close()
            close()  # a server that does not answer will not answer the next file either
            raise ended_from_outside() from None
        except BaseException:
            self.close()
            raise

    def head(self) -> dict[str, Any]:
        """The headings. Raises Rejected when the child found something wrong already."""
        return self._expect("head")

    def start(self, plan: Plan) -> None:
        """Have the rows sent."""
        with contextlib.suppress(OSError):
            protocol.send(self._channel, protocol.to_data(plan))

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The rows, each batch checked. Ends early when the child does: `end` says why."""
        import pyarrow as pa

        with pa.PythonFile(_Inlet(self), "r") as inlet:
            try:
                stream = pa.ipc.open_stream(inlet)
                if stream.schema != schema:
                    self._is_broken = True
                    return
                for batch in stream:
                    batch.validate(full=True)
                    yield batch
            except (Rejected, Refused) as late:  # told by `end`: the engine that takes the rows knows only its errors
                self._late = late
            except (pa.ArrowException, OSError, *UNUSABLE):
                self._is_broken = True

    def end(self) -> dict[str, Any]:
        """The summary. Raises Rejected when the child did not come to a good end, Refused when it was not let."""
        if self._late is not None:
            raise self._late
        if self._is_broken:
            self._drop_rows()  # the child would wait for ever to get rid of the rest
        said = self._expect("end")
        if self._is_broken:  # the child thinks all is well: what came of its rows is not
            raise Rejected.by("G3.damaged", "The rows did not come out of the file whole: it is damaged.")
        return said

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._kill()
        self._channel.close()  # on which the server ends the child too, should we not know it
        self._drop_rows()
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None

    def take(self, view: memoryview) -> int:
        """As many bytes of the rows as are there, at least one but at the end."""
        self._wait(self._rows)
        count = os.readv(self._rows, [view])
        self._clock.deliver(count)
        return count

    def _drop_rows(self) -> None:
        if self._rows >= 0:
            os.close(self._rows)
            self._rows = -1

    def _kill(self) -> None:
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def _wait(self, handle: int) -> None:
        """Until there is something to read; when the time for that is over the child is killed."""
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        before = time.monotonic()
        is_ready = poll.poll(self._clock.left * 1000)
        self._clock.wait(time.monotonic() - before)
        if not is_ready:
            held_up = self._is_held_up()
            self._kill()
            raise ended_from_outside() if held_up else self._too_slow()

    def _is_held_up(self) -> bool:
        """Whether the silence is not the file's: the child is stopped, or ended and nobody says so."""
        if self._pidfd is None:
            return True
        try:
            lines = Path(f"/proc/self/fdinfo/{self._pidfd}").read_text(encoding="ascii").splitlines()
            pid = next(line for line in lines if line.startswith("Pid:")).split()[1]
            state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
        except (OSError, StopIteration, IndexError):
            return True
        return state in (b"T", b"t", b"Z", b"X")

    def _too_slow(self) -> Rejected:
        return Rejected.by("G3.too_costly", f"Reading it took more than {self._clock.waited:.0f} seconds.")

    def _expect(self, key: str) -> dict[str, Any]:
        """The next thing the child says, which is to be `key`."""
        said = self._next()
        while not said:
            said = self._next()
        if "refused" in said:
            raise self._refusal(said["refused"])
        if key in said and isinstance(said[key], dict):
            return said[key]
        raise self._died(said.get("ended"))

    def _refusal(self, said: Any) -> Rejected | Refused:
        try:
            rule, message = said
            return Rejected.by(str(rule), str(message))
        except (KeyError, *UNUSABLE):
            return self._died(None)

    def _died(self, code: Any) -> Rejected | Refused:
        if code == -signal.SIGXCPU:
            return self._too_slow()
        if code == -signal.SIGABRT:  # native code without memory
            size = f"{self._limits.memory_bytes >> 20:,} MB"
            return Rejected.by("G3.too_costly", f"Reading it took more than the {size} of memory one file may have.")
        if code in FROM_OUTSIDE:
            return ended_from_outside()
        return Rejected.by("G3.damaged", "The file's content broke the process that read it: it is damaged.")

    def _next(self) -> dict[str, Any]:
        searched = 0
        while (end := self._heard.find(b"\n", searched)) < 0:
            searched = len(self._heard)
            self._wait(self._channel.fileno())
            try:
                more = self._channel.recv(1 << 16)
            except OSError:
                more = b""
            if not more and not server_is_alive(DYING_SECONDS):
                raise ended_from_outside()
            if not more or searched > LINE_LIMIT:
                raise self._died(None)
            self._heard += more
        line = bytes(self._heard[:end])
        del self._heard[: end + 1]
        try:
            said = json.loads(line) if line.strip() else {}
        except UNUSABLE:  # half a line of a child that died: the server's own line follows
            return {}
        return said if isinstance(said, dict) else {}


class _Inlet:
    """The pipe rows come through, as a file pyarrow reads; every wait is against the clock."""

    closed = False

    def __init__(self, child: Child) -> None:
        self._child = child

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self.closed = True

    def read(self, size: int = -1) -> bytes | memoryview:
        if not 0 <= size <= PART_LIMIT:  # the child's word: it reserves nothing beyond what an honest one sends
            raise OSError("A part of the rows is of no size it can have.")
        held = bytearray(size)
        view, filled = memoryview(held), 0
        while filled < size:
            got = self._child.take(view[filled:])
            if not got:
                break
            filled += got
        return bytes(view[:filled]) if filled < size else view
