"""`workforce up`: Dagster's webserver and daemon for one environment, on this machine only, until Ctrl-C.

Belongs here: starting, watching and stopping the two processes. Does not: what they run (`definitions`).
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from home import PROJECT_ROOT, Home
from orchestration.environment import LANDING
from orchestration.instance import close_dead_runs, open_instance

HOST = "127.0.0.1"
SECONDS_TO_START = 120
SECONDS_TO_STOP = 20
PR_SET_PDEATHSIG = 1
"""From <linux/prctl.h>."""


class UpRefused(RuntimeError):
    """The two processes could not be started, or one of them ended. The message says why and where its log is."""


def up(home: Home, landing: Path | None, port: int, say: Callable[[str], None]) -> None:
    """Start webserver and daemon and stay until told to stop (Ctrl-C or SIGTERM); both are down on return.

    Raises UpRefused when the port is taken, another `workforce up` runs here, or one of the two ends by itself.
    """
    home.ensure()
    with _only_one(home), _stop_on_signal() as stopping:
        _refuse_taken_port(port)
        instance = open_instance(home)
        closed = close_dead_runs(instance, everything=True)
        instance.dispose()
        if closed:
            say(f"{closed} run(s) of a process that had ended were closed as failed.")
        _parse_models(home)
        processes = _start(home, landing, port)
        try:
            _wait_until_answering(port, processes, home, stopping)
            say(f"Dagster is at http://{HOST}:{port} (this machine only). Ctrl-C stops it.")
            say(f"Drop files into {landing or home.landing}/<source>/; what settles there is loaded.")
            while not stopping:
                _refuse_ended(processes, home)
                time.sleep(0.5)
        finally:
            say("Stopping ...")
            _stop(processes)


def _parse_models(home: Home) -> None:
    """Parse the dbt project once here, so that the two processes do not do it at the same time."""
    from orchestration.dbt_build import manifest

    manifest(home)


def _start(home: Home, landing: Path | None, port: int) -> dict[str, subprocess.Popen[bytes]]:
    logs = home.root / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    settings = os.environ | {
        "WORKFORCE_HOME": str(home.root),
        LANDING: str(landing or home.landing),
        "DAGSTER_HOME": str(home.dagster),
        "DO_NOT_TRACK": "1",
        "PYTHONWARNINGS": "ignore",
    }
    tools = Path(sys.executable).parent
    code = ["-m", "orchestration.definitions", "-d", str(PROJECT_ROOT)]
    end_with_parent = _ender()
    commands = {
        "webserver": [str(tools / "dagster-webserver"), "-h", HOST, "-p", str(port), *code],
        "daemon": [str(tools / "dagster-daemon"), "run", *code],
    }
    started = {}
    for name, command in commands.items():
        with (logs / f"{name}.log").open("wb") as log:
            started[name] = subprocess.Popen(
                command,
                env=settings,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
    return started


def _ender() -> Callable[[], None]:
    """What a child does before it starts: ask the kernel for SIGTERM when this process dies, even by SIGKILL.

    Without it a killed `workforce up` would leave a daemon behind, and the next one would make two.
    """
    import ctypes

    call = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: call(PR_SET_PDEATHSIG, signal.SIGTERM) and None


def _wait_until_answering(
    port: int, processes: dict[str, subprocess.Popen[bytes]], home: Home, stopping: list[int]
) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not stopping:
        _refuse_ended(processes, home)
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/server_info", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if time.monotonic() > deadline:
                raise UpRefused(
                    f"The webserver did not answer within {SECONDS_TO_START} s: see {home.root / 'logs/webserver.log'}."
                ) from None
            time.sleep(0.3)


def _refuse_ended(processes: dict[str, subprocess.Popen[bytes]], home: Home) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            raise UpRefused(
                f"The {name} ended by itself (exit code {process.returncode}); the other one was stopped too. "
                f"See {home.root / 'logs' / f'{name}.log'}."
            )


def _stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask both to end, wait, then end what is left with everything it started."""
    for process in processes.values():
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + SECONDS_TO_STOP
    for process in processes.values():
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _end_group(process.pid)


def _end_group(leader: int) -> None:
    """Code servers and runs are children of the two; a run that is cut off leaves no half-written file."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise UpRefused(f"Port {port} on {HOST} is taken: choose another with --port.") from None


@contextmanager
def _only_one(home: Home) -> Iterator[None]:
    handle = os.open(home.root / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UpRefused(f"`workforce up` is already running for {home.root}.") from None
        yield
    finally:
        os.close(handle)


@contextmanager
def _stop_on_signal() -> Iterator[list[int]]:
    """A list that is empty until somebody asks to stop."""
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
