"""The fork server: a small process that has the libraries loaded and forks one child per file.

Belongs here: forking, and telling how a child ended. Does not: reading (child). Started by client with one end of a
socket; it ends, and its children with it, when the other end closes.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys

from ingest.readers import child, protocol

JOB_BYTES = 4096


def serve(channel: socket.socket) -> None:
    """Fork a child for each job; a job is three descriptors (file, control, rows) and its limits."""
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    running: dict[int, tuple[int, socket.socket]] = {}
    while True:
        for ready, _ in poll.poll():
            if ready != channel.fileno():
                poll.unregister(ready)
                _ended(ready, *running.pop(ready))
                continue
            said, fds, _, _ = socket.recv_fds(channel, JOB_BYTES, 3)
            if not said:
                for pid, _ in running.values():
                    os.kill(pid, signal.SIGKILL)
                return
            file, control, rows = fds
            pid = os.fork()
            if pid == 0:
                child.run(file, control, rows, protocol.Limits(**json.loads(said)))
            os.close(file)
            os.close(rows)
            ending = os.pidfd_open(pid)
            keeper = socket.socket(fileno=control)
            running[ending] = (pid, keeper)
            poll.register(ending, select.POLLIN)
            with contextlib.suppress(OSError):
                socket.send_fds(keeper, [b"\n"], [ending])


def _ended(ending: int, pid: int, keeper: socket.socket) -> None:
    """The last line of a job is the server's: how the child ended, whatever the child said."""
    _, status = os.waitpid(pid, 0)
    os.close(ending)
    with keeper, contextlib.suppress(OSError):
        keeper.sendall(b"\n")
        protocol.send(keeper, {"ended": os.waitstatus_to_exitcode(status)})


if __name__ == "__main__":
    child.preload()
    gc.collect()
    gc.freeze()  # so that a child's collections do not copy the server's memory
    gc.disable()
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        channel.sendall(b"r")
        serve(channel)
    os._exit(0)
