"""`workforce up`: Dagster on loopback; a file dropped into the landing folder is loaded and published by itself."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.support.landing import Landing, Person
from tests.support.running import WORKFORCE, query, workforce

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def batches(home: Path) -> list[tuple]:
    """What the ledger has; nothing while a run holds the file."""
    database = home / "warehouse" / "warehouse.duckdb"
    if not database.exists():
        return []
    try:
        connection = duckdb.connect(str(database), read_only=True)
    except duckdb.Error:
        return []
    try:
        return connection.execute("select source, outcome, rows_accepted from ledger.batch order by all").fetchall()
    except duckdb.Error:
        return []
    finally:
        connection.close()


def wait_for(condition, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.5)


def processes_of(home: Path) -> list[int]:
    """Every process that works for this environment."""
    needle = f"DAGSTER_HOME={home / 'dagster'}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if needle in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def start_up(home: Path, port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [WORKFORCE, "up", "--port", str(port)],
        env=os.environ | {"WORKFORCE_HOME": str(home), "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def going(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int, subprocess.Popen[str]]]:
    home, port = tmp_path_factory.mktemp("up") / "home", free_port()
    process = start_up(home, port)
    try:
        assert f"http://127.0.0.1:{port}" in process.stdout.readline()
        yield home, port, process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def graphql(port: int, query_text: str) -> dict:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        data=json.dumps({"query": query_text}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["data"]


def test_the_page_shows_the_flow_in_its_order(going) -> None:
    _, port, _ = going
    nodes = graphql(port, "{ assetNodes { groupName assetKey { path } } }")["assetNodes"]
    groups = {node["groupName"] for node in nodes}
    assert {"1_ingest", "2_link", "3_staging", "4_intermediate", "5_core", "6_reporting", "7_publish"} <= groups
    assert ["raw_ui_wage"] in [node["assetKey"]["path"] for node in nodes]


def test_only_this_machine_is_listened_to(going) -> None:
    _, port, _ = going
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    addresses = {row[1].split(":")[0] for row in listening if row[3] == "0A" and int(row[1].split(":")[1], 16) == port}
    assert addresses == {"0100007F"}


def test_a_second_up_is_refused(going) -> None:
    home, port, _ = going
    done = workforce(home, "up", "--port", str(port), check=False)
    assert done.returncode == 2
    assert "already running" in done.stderr


def test_a_taken_port_is_refused(going, tmp_path: Path) -> None:
    _, port, _ = going
    done = workforce(tmp_path, "up", "--port", str(port), check=False)
    assert done.returncode == 2
    assert f"Port {port}" in done.stderr


def test_a_dropped_file_is_loaded_and_published_and_an_unfinished_one_is_not(going) -> None:
    home, _, _ = going
    landing = Landing()
    for number in range(300, 305):
        landing.add_wage(Person(number), "2023Q4", "4000.00")
    landing.write(home / "landing")
    folder = home / "landing" / "ui_wage"
    (folder / "dol_ui_wage_2024Q1_20240530_v01.csv.part").write_text("half a head", encoding="utf-8")
    wait_for(lambda: batches(home), 120, "the sensor's run loads the file")
    assert batches(home) == [("ui_wage", "accept", 5)]
    wait_for(lambda: (home / "published" / "current.duckdb").exists(), 180, "the build after the load publishes")
    assert query(home, "select sum(wage_usd)::integer from fct_wage_quarter") == [(20000,)]


def test_a_run_from_the_command_shows_in_the_same_page(going) -> None:
    home, port, _ = going
    wait_for(lambda: not unfinished(port), 120, "the daemon's runs end")
    workforce(home, "run")
    runs = graphql(port, "{ runsOrError { ... on Runs { results { jobName tags { key value } } } } }")
    results = runs["runsOrError"]["results"]
    by_command = [run["jobName"] for run in results if any(tag["key"] == "workforce/process" for tag in run["tags"])]
    assert {"load_ui_wage", "build"} <= set(by_command)


def unfinished(port: int) -> list[str]:
    runs = graphql(
        port,
        "{ runsOrError(filter: {statuses: [QUEUED, NOT_STARTED, STARTING, STARTED]}) "
        "{ ... on Runs { results { jobName } } } }",
    )
    return [run["jobName"] for run in runs["runsOrError"]["results"]]


def test_ctrl_c_stops_both_and_all_they_started(going) -> None:
    home, port, process = going
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0, out
    assert processes_of(home) == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_killed_up_leaves_no_daemon_behind(tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()
    process = start_up(home, port)
    assert f"http://127.0.0.1:{port}" in process.stdout.readline()
    assert len(processes_of(home)) >= 2
    process.kill()
    process.communicate(timeout=30)
    wait_for(lambda: processes_of(home) == [], 90, "webserver, daemon and their children end")
