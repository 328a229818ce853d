"""The dbt models as assets and the dbt tests as asset checks, all made by one build in this process.

The specs come from dagster-dbt; the execution is ours, because its resource starts a dbt process per run. The marts are
one file, built aside and swapped in whole, so the models are one step: there is no way to make half of them.
Belongs here: translation between dbt's manifest and results and Dagster's. Does not: calling dbt (`dbt_build`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from home import Home
from orchestration import dbt_build, groups, progress
from orchestration.environment import Environment, told_in_a_sentence
from orchestration.release_name import stamp_build

Results = Iterator[dg.MaterializeResult | dg.AssetCheckResult]


def marts_asset(home: Home) -> dg.AssetsDefinition:
    """Every seed and model of the project as one step, `marts`, with its tests as checks."""
    manifest = dbt_build.manifest_json(home)
    specs = asset_specs(manifest)
    checks = check_specs(manifest, {spec.key for spec in specs})

    @dg.multi_asset(name="marts", specs=specs, check_specs=list(checks.values()), can_subset=False)
    def marts(environment: Environment) -> Results:
        with told_in_a_sentence(environment.home), progress.step("Building marts") as going:
            stamp_build(environment.home)
            outcome = dbt_build.build(
                environment.home, on_node=lambda done, total: going.detail(f"{done} of {total} models and tests")
            )
            yield from check_results(outcome, checks)
            if not outcome.is_whole:
                raise dg.Failure(description=failure_sentence(outcome), allow_retries=False)
            dbt_build.swap_in(environment.home, outcome)
            built = [node for node in outcome.nodes if node.kind in {"model", "seed"}]
            going.note = f"{len(built)} tables and views, {tests_in_words(outcome)}"
            for node in built:
                yield dg.MaterializeResult(asset_key=node.name, metadata={"seconds": node.seconds})

    return marts


def tests_in_words(outcome: dbt_build.Outcome) -> str:
    """How many tests passed, and what those that only warn counted."""
    tests = [node for node in outcome.nodes if node.kind not in {"model", "seed"}]
    warned = [f"{node.name} ({node.failures})" for node in tests if node.status == "warn"]
    passed = f"{len(tests) - len(warned)} tests passed"
    return f"{passed}, to look at: {', '.join(sorted(warned))}" if warned else passed


def asset_specs(manifest: Mapping[str, Any]) -> list[dg.AssetSpec]:
    """One spec per seed and model, named and grouped as everywhere else in the project."""
    from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, build_dbt_asset_specs

    class Names(DagsterDbtTranslator):
        """A table has one name: in Dagster, DuckDB, dbt and the docs."""

        def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
            return dg.AssetKey(asset_name(dbt_resource_props))

        def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
            return groups.OF_SCHEMA.get(dbt_resource_props["schema"], groups.REFERENCE)

    settings = DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True)
    return list(build_dbt_asset_specs(manifest=manifest, dagster_dbt_translator=Names(settings)))


def asset_name(node: Mapping[str, Any]) -> str:
    """A model's or source table's own name; the ledger tables dbt reads are what `visible_batch` makes."""
    if node["resource_type"] == "source" and node["schema"] == "ledger":
        return "visible_batch"
    return node["name"]


def check_specs(manifest: Mapping[str, Any], assets: set[dg.AssetKey]) -> dict[str, dg.AssetCheckSpec]:
    """One check per dbt test, by the test's dbt id: on the model it names, else on the first one it reads."""
    specs = {}
    for unique_id, node in sorted(manifest["nodes"].items()):
        if node["resource_type"] != "test":
            continue
        candidates = [node.get("attached_node"), *sorted(node["depends_on"]["nodes"])]
        keys = [dg.AssetKey(manifest["nodes"][name]["name"]) for name in candidates if name in manifest["nodes"]]
        home_asset = next((key for key in keys if key in assets), None)
        if home_asset is not None:
            specs[unique_id] = dg.AssetCheckSpec(
                name=re.sub(r"[^A-Za-z0-9_]", "_", node["name"]),
                asset=home_asset,
                description=node.get("description") or None,
                blocking=node["config"]["severity"].lower() == "error",
            )
    return specs


def check_results(outcome: dbt_build.Outcome, specs: Mapping[str, dg.AssetCheckSpec]) -> Iterator[dg.AssetCheckResult]:
    """What each dbt test found: how many rows, never which."""
    for node in outcome.nodes:
        spec = specs.get(node.unique_id)
        if spec is None or node.status == "skipped":
            continue
        yield dg.AssetCheckResult(
            asset_key=spec.asset_key,
            check_name=spec.name,
            passed=node.status == "pass",
            severity=dg.AssetCheckSeverity.WARN if node.status == "warn" else dg.AssetCheckSeverity.ERROR,
            metadata={"rows_failed": node.failures or 0, "seconds": node.seconds},
        )


def failure_sentence(outcome: dbt_build.Outcome) -> str:
    """Which tests and models failed, by how many rows, and what to do; no value of any row."""
    if not outcome.bad:
        done = sum(node.is_good for node in outcome.nodes)
        return f"The build stopped after {done} models and tests; nothing was published, the last good tables stand."
    told = []
    for node in outcome.bad:
        if node.kind == "test" and node.status == "fail":
            told.append(f"test {node.name} found {node.failures} row(s)")
        else:
            told.append(f"{node.kind} {node.name} stopped ({node.reason})")
    more = f" and {len(told) - 5} more" if len(told) > 5 else ""
    return (
        f"The build failed and nothing was published; the last good tables stand. {'; '.join(told[:5])}{more}. "
        f'Next: `grep -rn "{outcome.bad[0].name.split(".")[0][:40]}" dbt_project/` for the rule, correct the data or '
        "the model, and run again."
    )
