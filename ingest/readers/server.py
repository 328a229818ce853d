"""The fork server: a small process that has the libraries loaded and forks one child per file.

Belongs here: forking, and telling how a child ended. Does not: reading (child). Started by client with one end of a
socket; it ends, and its children with it, when the other end closes. A child ends when nobody listens to it.
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
from dataclasses import dataclass

from ingest.readers import child, protocol

JOB_BYTES = 4096


@dataclass
class Job:
    """A child at work, and the way to whoever waits for it."""

    pid: int
    ending: int
    """Becomes readable when the child ends."""
    keeper: socket.socket
    left: bytes = b""
    """What is still to be said before the job is over."""


class Server:
    """One loop over the orders, the ends of children, and keepers that go away or can hear again. Nothing in it waits
    for one of them only: a keeper that does not listen holds nobody up."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._poll = select.poll()
        self._poll.register(channel, select.POLLIN)
        self._by_ending: dict[int, Job] = {}
        self._by_keeper: dict[int, Job] = {}

    def serve(self) -> None:
        """Fork a child for each job; a job is three descriptors (file, control, rows) and its limits."""
        while True:
            # Orders last: a new job may get the number of a descriptor that another event of this round has closed.
            for ready, event in sorted(self._poll.poll(), key=lambda one: one[0] == self._channel.fileno()):
                if ready in self._by_ending:
                    self._ended(self._by_ending.pop(ready))
                elif ready in self._by_keeper:
                    self._heard(self._by_keeper[ready], event)
                elif ready == self._channel.fileno() and not self._start():
                    for job in self._by_ending.values():
                        os.kill(job.pid, signal.SIGKILL)
                    return

    def _start(self) -> bool:
        said, fds, _, _ = socket.recv_fds(self._channel, JOB_BYTES, 3)
        if not said:
            return False
        file, control, rows = fds
        pid = os.fork()
        if pid == 0:
            child.run(file, control, rows, protocol.Limits(**json.loads(said)))
        os.close(file)
        os.close(rows)
        job = Job(pid, os.pidfd_open(pid), socket.socket(fileno=control))
        self._by_ending[job.ending] = job
        self._by_keeper[control] = job
        self._poll.register(job.ending, select.POLLIN)
        self._poll.register(control, 0)  # only whether the other end is closed
        with contextlib.suppress(OSError):
            socket.send_fds(job.keeper, [b"\n"], [job.ending], socket.MSG_DONTWAIT)
        return True

    def _heard(self, job: Job, event: int) -> None:
        """Nobody waits for a child any more: it ends. Or its keeper has room for what is left to say."""
        if event & (select.POLLHUP | select.POLLERR):
            self._poll.unregister(job.keeper)
            del self._by_keeper[job.keeper.fileno()]
            if job.ending in self._by_ending:
                os.kill(job.pid, signal.SIGKILL)
            else:
                job.keeper.close()
        elif event & select.POLLOUT:
            self._say(job)

    def _ended(self, job: Job) -> None:
        """The last line of a job is the server's: how the child ended, whatever the child said."""
        self._poll.unregister(job.ending)
        _, status = os.waitpid(job.pid, 0)
        os.close(job.ending)
        if job.keeper.fileno() not in self._by_keeper:
            job.keeper.close()
            return
        job.left = b"\n" + json.dumps({"ended": os.waitstatus_to_exitcode(status)}).encode() + b"\n"
        self._poll.modify(job.keeper, select.POLLOUT)
        self._say(job)

    def _say(self, job: Job) -> None:
        try:
            job.left = job.left[job.keeper.send(job.left, socket.MSG_DONTWAIT) :]
        except BlockingIOError:
            return
        except OSError:
            job.left = b""
        if not job.left:
            self._poll.unregister(job.keeper)
            del self._by_keeper[job.keeper.fileno()]
            job.keeper.close()


if __name__ == "__main__":
    child.preload()
    gc.collect()
    gc.freeze()  # so that a child's collections do not copy the server's memory
    gc.disable()
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        channel.sendall(b"r")
        Server(channel).serve()
    os._exit(0)
