"""One child, one file: limits first, then headings to the parent, its plan back, rows out, a summary, the end.

Belongs here: the order, the limits, and turning every failure into a sentence. Does not: any format.
"""

from __future__ import annotations

import ctypes
import fcntl
import importlib
import io
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Any, Protocol

from ingest.readers import protocol
from ingest.readers.protocol import Limits, Plan, Refusal, Shape

DEATH_SIGNAL, DUMPABLE, NO_NEW_PRIVILEGES = 1, 4, 38
"""Of prctl(2): die with the server; no core, no looking into from outside; never gain rights."""
STANDARD = 3
PIPE_BYTES = 1 << 20
PIECE_BYTES = 32 << 20
READERS = {
    "delimited": "ingest.readers.delimited",
    "fixed": "ingest.readers.fixed",
    "workbook": "ingest.readers.workbook",
    "old_workbook": "ingest.readers.workbook",
    "parquet": "ingest.readers.columnar",
}
TOO_MUCH = "Reading it took more than the {size} of memory one file may have."


class Reader(Protocol):
    """What each format offers. Made with (file, shape, limits)."""

    notes: list[list[Any]]
    """Warnings: rule, sentence."""

    def head(self) -> dict[str, Any]:
        """headings, and the line they stand in where there is one."""

    def batches(self, plan: Plan) -> Iterator[Any]:
        """Record batches: row number, then the planned columns as text."""

    def summary(self) -> dict[str, Any]:
        """`protocol.summary` of all records; after the batches."""


class _WithoutPandas:
    """pyarrow imports pandas when it is there, which would take each child a second."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


def preload() -> None:
    """What every child needs, imported once in the server. Threads would not survive the fork, so none are started."""
    sys.meta_path.insert(0, _WithoutPandas())
    for module in ("numpy.ma", "pyarrow.compute", "pyarrow.csv", "ingest.readers.hygiene", *READERS.values()):
        importlib.import_module(module)
    _warm_up()


def _warm_up() -> None:
    """Do once what would otherwise be slow the first time in each child: look for pandas, prepare functions."""
    import numpy as np
    import pyarrow as pa

    from ingest.readers.hygiene import Hygiene

    plan = Plan((protocol.Column("cell", 0),))
    batch = pa.RecordBatch.from_arrays([pa.array(np.arange(3)), pa.array([" a\u00a0b", "a\tb ", None])], ["n", "cell"])
    Hygiene(plan, Shape("delimited")).passed(batch, pa.schema([(protocol.ROW_NO, pa.int64()), ("cell", pa.string())]))


def run(file: int, control: int, rows: int, limits: Limits) -> None:
    """The whole life of a child. Never returns."""
    code = 1
    try:
        file, control, rows = _settle(file, control, rows)
        _limit(limits)
        with socket.socket(fileno=control) as channel:
            _answer(channel, file, rows, limits)
        code = 0
    finally:
        os._exit(code)


def _settle(*kept: int) -> list[int]:
    """The given descriptors as 3, 4, 5 and /dev/null below; everything else closed."""
    high = [fcntl.fcntl(handle, fcntl.F_DUPFD, 64) for handle in kept]
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(STANDARD):
        os.dup2(null, number)
    for number, handle in enumerate(high, start=STANDARD):
        os.dup2(handle, number)
    os.closerange(STANDARD + len(kept), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    return list(range(STANDARD, STANDARD + len(kept)))


def _limit(limits: Limits) -> None:
    libc = ctypes.CDLL(None)
    for option, value in ((DEATH_SIGNAL, signal.SIGKILL), (DUMPABLE, 0), (NO_NEW_PRIVILEGES, 1)):
        libc.prctl(option, value, 0, 0, 0)
    os.environ.clear()
    seconds = int(limits.seconds + limits.most_seconds) + 1
    # Past the first of the two the system says why it ends the process, past the second it only kills.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _answer(channel: socket.socket, file: int, rows: int, limits: Limits) -> None:
    import pyarrow as pa

    orders = channel.makefile("rb")
    job = json.loads(orders.readline())
    try:
        _read(channel, orders, protocol.to_shape(job), file, rows, limits)
    except Refusal as refusal:
        protocol.send(channel, {"refused": [refusal.rule_id, refusal.message]})
    except (MemoryError, pa.ArrowMemoryError):
        size = f"{limits.memory_bytes >> 20:,} MB"
        protocol.send(channel, {"refused": ["G3.too_costly", TOO_MUCH.format(size=size)]})
    except BaseException as error:  # the parent has a sentence for it; the text may hold a value, its kind does not
        protocol.send(channel, {"failed": type(error).__name__})


def _read(channel: socket.socket, orders: Any, shape: Shape, file: int, rows: int, limits: Limits) -> None:
    import pyarrow as pa

    from ingest.readers import unpack
    from ingest.readers.hygiene import Hygiene

    stream, shape = unpack.opened(file, shape, limits)
    reader: Reader = importlib.import_module(READERS[shape.kind]).Reader(stream, shape, limits)
    protocol.send(channel, {"head": _of_bounded_size(reader.head())})
    answer = orders.readline()
    if not answer:
        return
    plan = protocol.to_plan(json.loads(answer))
    schema = pa.schema([(protocol.ROW_NO, pa.int64()), *((column.name, pa.string()) for column in plan.columns)])
    clean = Hygiene(plan, shape)
    with pa.PythonFile(Outlet(rows), "w") as out, pa.ipc.new_stream(out, schema) as way:
        for batch in reader.batches(plan):
            for piece in _pieces(clean.passed(batch, schema)):
                way.write_batch(piece)
    protocol.send(channel, {"end": {**reader.summary(), "notes": reader.notes}})


def _pieces(batch: Any) -> Iterator[Any]:
    """The batch in parts of which each fits into what the parent takes at once."""
    if batch.nbytes <= PIECE_BYTES:
        yield batch
    elif batch.num_rows > 1:
        half = batch.num_rows // 2
        yield from _pieces(batch.slice(0, half))
        yield from _pieces(batch.slice(half))
    else:
        raise Refusal("G3.too_long", f"Row {batch.column(0)[0].as_py():,} is longer than {PIECE_BYTES >> 20} MB.")


def _of_bounded_size(head: dict[str, Any]) -> dict[str, Any]:
    """Headings as the parent takes them. What is too long is cut: it may be a whole line of another separator."""
    count = len(head["headings"])
    if count > protocol.MOST_COLUMNS:
        raise Refusal("G3.header", protocol.too_many_columns(count))
    return {**head, "headings": [heading[: protocol.LONGEST_HEADING + 1] for heading in head["headings"]]}


class Outlet(io.RawIOBase):
    """The pipe rows go through, for pyarrow to write to."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        fcntl.fcntl(handle, fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        view = memoryview(data)
        size = len(view)
        while view:
            view = view[os.write(self._handle, view) :]
        return size
