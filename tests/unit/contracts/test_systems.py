"""The list of systems the plan names: complete, and every source, code, table and series in it exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import contracts
from contracts.derive import systems_page
from contracts.systems import PATH, read_systems, systems
from synth.tables import table as synth_table

NAMED = """
CTHires · Jobs.CT.gov · Career ConneCT programme and portal · Student 5.0 · Building Trades Training Institute · P20 WIN
State workforce data system · Adult education · Basic Skills Remediation pilots · Registered apprenticeship
Family Child Care · Pre-apprenticeship certification · Dual enrolment and concurrent enrolment · dashboard
Dual-credit expansion grants · Twelve career clusters · Postsecondary readiness · MPI · YMPI · YHPI · CT Health Horizons
Tech Talent Accelerator · Good Jobs Challenge · SPRINT · Regional Sector Partnerships · Manufacturing Innovation Fund
Career Accelerator · UniteCT · Benefits-cliff · 2Gen research on transport · Blue Ribbon Panel · Digital Equity Plan
American Job Centers · STARS Public Sector Hub · Workforce Development Boards · Charter Oak
University of Connecticut · Conference of Independent Colleges · WIOA · Title IV · Workforce Pell
ARPA · CARES · EDA · state bond · UI wage records · Job openings · Dalio · DataHaven · Gallup · Opportunity@Work
"""


@pytest.mark.parametrize("name", [name.strip() for name in re.split(r"[·\n]", NAMED) if name.strip()])
def test_everything_the_plan_names_is_on_the_list(name: str) -> None:
    assert [system.name for system in systems().systems if name in system.name] != []


@pytest.mark.parametrize("source", contracts.source_names())
def test_every_source_serves_something_named_or_says_why_it_is_there(source: str) -> None:
    said = systems()
    named, reason = bool(said.of_source(source)), source in said.infrastructure
    assert named != reason, f"{source}: name what it serves in {PATH.name}, or say why it is there; not both"


def test_every_series_named_is_among_the_published_figures() -> None:
    known = {row["series_id"] for row in synth_table("published_figures")}
    named = {series for system in systems().systems for service in system.served_by for series in service.series}
    assert sorted(named - known) == []


def test_the_page_has_every_name_and_links_to_pages_that_are_there() -> None:
    said = systems()
    page = systems_page.systems_page(contracts.sources(), said)
    assert [system.name for system in said.systems if f"| **{system.name}** |" not in page] == []
    folder = PATH.parent.parent / "docs"
    targets = {link for link in re.findall(r"\]\(([^)]+)\)", page)}
    derived = {f"dictionary/{name}.md" for name in contracts.source_names()}
    assert {link for link in targets - derived if not (folder / link).is_file()} == set()


ENTRY = "plan: p\nsystems:\n  - {name: A, what: b, %s}\n"
MISTAKES = {
    "key given twice": ("what: c", ("what", "twice")),
    "neither served nor explained": ("served_by: []", ("A", "why")),
    "unknown source": ("served_by: [{source: moon, how: x}]", ("A", "moon")),
    "unknown table": ("served_by: [{table: moon, how: x}]", ("A", "ref_moon.csv")),
    "unknown field": ("served_by: [{source: ui_wage, how: x, codes: {pay: [A]}}]", ("A", "ui_wage", "pay")),
    "unknown code": ("served_by: [{source: ui_wage, how: x, codes: {wage_action: [NEW]}}]", ("NEW", "wage_action")),
    "code of another source": (
        "served_by: [{source: cthires_participant, how: x, codes: {program_code: [BSR]}}]",
        ("BSR", "program_code"),
    ),
    "field without codes": ("served_by: [{source: ui_wage, how: x, codes: {ean: ['1']}}]", ("ean", "no code list")),
    "series of another source": ("served_by: [{source: ui_wage, how: x, series: [A]}]", ("external_stat",)),
    "no how": ("served_by: [{source: ui_wage}]", ("A", "how")),
    "unknown key": ("whose: c", ("A", "may have")),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_wrong_entry_is_refused_in_one_sentence(tmp_path: Path, mistake: str) -> None:
    text, words = MISTAKES[mistake]
    path = tmp_path / "systems.yml"
    path.write_text(ENTRY % text, encoding="utf-8")
    with pytest.raises(contracts.ContractError) as raised:
        read_systems(path)
    assert [word for word in words if word not in str(raised.value)] == []
    assert "\n" not in str(raised.value)


def test_a_name_said_twice_and_an_unknown_source_without_a_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "systems.yml"
    path.write_text("plan: p\nsystems:\n  - {name: A, what: b, why: c}\n  - {name: A, what: b, why: c}\n", "utf-8")
    with pytest.raises(contracts.ContractError, match="A: is there twice"):
        read_systems(path)
    path.write_text("plan: p\nsystems:\n  - {name: A, what: b, why: c}\ninfrastructure: {moon: x}\n", "utf-8")
    with pytest.raises(contracts.ContractError, match="no source 'moon'"):
        read_systems(path)
