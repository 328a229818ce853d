"""docs/systems.md: which source serves which system, programme or figure the state's plan names.

Belongs here: the page. Does not: the list itself (contracts/systems.yml) and the checks of it (contracts/systems.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from contracts.derive.markdown import table
from contracts.model import Source
from contracts.systems import Service, System, Systems, systems

PATH = "docs/systems.md"


def _told_apart(service: Service) -> str:
    parts = [f"`{field}` {', '.join(codes)}" for field, codes in service.codes.items()]
    parts += [f"series {', '.join(service.series)}"] if service.series else []
    return f" ({'; '.join(parts)})" if parts else ""


def _line(service: Service) -> str:
    if service.table:
        return f"[ref_{service.table}](../contracts/codes/ref_{service.table}.csv): {service.how}"
    return f"[{service.source}](dictionary/{service.source}.md): {service.how}{_told_apart(service)}"


def _row(system: System) -> tuple[str, str, str]:
    served = [_line(service) for service in system.served_by]
    return (f"**{system.name}**", system.what, "<br>".join([*served, *([system.why] if system.why else [])]))


def systems_page(sources: Mapping[str, Source], said: Systems) -> str:
    """The page: the list as the plan goes, then the other way round by source."""
    lines = [
        "# Which source serves which system",
        "",
        "Derived from `contracts/systems.yml` by `make derive`: change that, not this page.",
        "",
        f"Every system, programme and figure named in the {said.plan}, by its own name, and what in the warehouse "
        "serves it: a source, with the codes that tell its rows apart, or a reference table. Where nothing does, or "
        "not all of it, the last sentence says why.",
        "",
        *table(("named in the plan", "what", "served by"), [_row(system) for system in said.systems]),
        "",
        "## By source",
        "",
    ]
    serves = {name: ", ".join(said.of_source(name)) for name in sources}
    serves |= {
        name: f"Not named in the plan. {reason}" for name, reason in said.infrastructure.items() if name in sources
    }
    rows = [(f"[{name}](dictionary/{name}.md)", sources[name].title, text) for name, text in serves.items() if text]
    return "\n".join([*lines, *table(("source", "what", "serves"), rows)]) + "\n"


def files(sources: Mapping[str, Source]) -> dict[str, str]:
    """Path and text of the committed page."""
    return {PATH: systems_page(sources, systems())}
