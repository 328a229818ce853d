"""The Dagster asset and checks of a source, as plain data: orchestration makes the objects. Imports no dagster."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.messages import rules
from contracts.model import Source

GROUP = "raw"


@dataclass(frozen=True)
class AssetCheckPlan:
    """One asset check: every rule of one kind. Blocking checks stop what reads the asset."""

    name: str
    description: str
    blocking: bool
    rule_ids: tuple[str, ...]


@dataclass(frozen=True)
class AssetPlan:
    """The asset raw_<source>: its folder, its group, its checks."""

    name: str
    source: str
    group: str
    description: str
    kinds: tuple[str, ...]
    metadata: tuple[tuple[str, str], ...]
    checks: tuple[AssetCheckPlan, ...]


def _distinct(ids: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


def asset_plan(source: Source) -> AssetPlan:
    """Asset raw_<source> with its checks: files stand, values, row rules (errors, warnings), file rules."""
    stated = rules(source)
    values = _distinct([rule.rule_id for rule in stated if rule.rule_id.startswith("G4.")])
    rows = [rule for rule in stated if not rule.rule_id.startswith("G4.") and not rule.over_file]
    between_rows = _distinct([rule.rule_id for rule in stated if rule.over_file])
    errors = _distinct([rule.rule_id for rule in rows if rule.severity == "error"])
    warnings = _distinct([rule.rule_id for rule in rows if rule.severity == "warning"])
    name = source.name
    checks = [
        AssetCheckPlan(
            f"{name}_files", "Every file has the columns, the key and few enough bad rows to stand.", True, ()
        ),
        AssetCheckPlan(f"{name}_values", "Types, required values, codes, patterns and ranges.", False, values),
    ]
    if errors:
        checks.append(
            AssetCheckPlan(f"{name}_row_rules", "Row rules: rows that break one are held back.", False, errors)
        )
    if warnings:
        checks.append(AssetCheckPlan(f"{name}_flags", "Row rules that flag and keep the row.", False, warnings))
    if between_rows:
        checks.append(AssetCheckPlan(f"{name}_file_rules", "Rules between the rows of one file.", False, between_rows))
    return AssetPlan(
        name=source.raw_table,
        source=name,
        group=GROUP,
        description=f"{source.title} ({source.contract_id}): {source.description}",
        kinds=("duckdb",),
        metadata=(("agency", source.agency), ("key", ", ".join(source.key)), ("contract_version", source.version)),
        checks=tuple(checks),
    )
