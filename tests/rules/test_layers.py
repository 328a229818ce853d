"""The law of layers in dbt, over the parsed project: who may read whom, and how far identifiers and keyed values reach.

staging reads one raw table, plus what says which rows and whose: ledger.visible_batch, ledger.batch,
linkage.person_crosswalk. intermediate reads staging and intermediate; core reads intermediate and core; estimate, which
is Python, reads core; reporting reads core and estimate. Code lists (seeds) are the contracts' and may be read in every
layer but reporting.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import contracts
from home import PROJECT_ROOT, Home
from orchestration import dbt_build

pytestmark = pytest.mark.slow  # parses the dbt project

PROJECT = PROJECT_ROOT / "dbt_project"
HELPERS = {"ledger.visible_batch", "ledger.batch", "linkage.person_crosswalk"}
MAY_READ = {
    "staging": {"seeds"},
    "intermediate": {"staging", "intermediate", "seeds"},
    "core": {"intermediate", "core", "seeds"},
    "estimate": {"core", "seeds"},
    "reporting": {"core", "estimate"},
}
COMMENT = re.compile(r"--[^\n]*|\{#.*?#\}", re.DOTALL)
KEYED = re.compile(r"\b(identity_key|\w+_token)\b")
KEEPS_A_TOKEN = {"int_wage_corrected"}
"""Filing chains are per SSN, so their token goes one step beyond staging, and no further."""


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return dbt_build.manifest(Home(tmp_path_factory.mktemp("parse")))


def models(manifest: Any) -> list[Any]:
    return [node for node in manifest.nodes.values() if node.resource_type == "model"]


def wrong_readings(model: str, layer: str, models_read: dict[str, str], sources_read: set[str]) -> list[str]:
    """`model: what it reads: rule`, for what `layer` may not read. `models_read`: name to schema."""
    found = [
        f"{model}: reads {name} of {schema}: {layer} reads {', '.join(sorted(MAY_READ[layer])) or 'sources'}"
        for name, schema in sorted(models_read.items())
        if schema not in MAY_READ[layer]
    ]
    raw = sorted(source for source in sources_read if source.startswith("raw."))
    if layer != "staging" and sources_read:
        found.append(f"{model}: reads {', '.join(sorted(sources_read))}: only staging reads sources")
    elif len(raw) > 1:
        found.append(f"{model}: reads {', '.join(raw)}: a staging model reads one raw table")
    elif raw and sources_read - set(raw) - HELPERS:
        found.append(f"{model}: reads {', '.join(sorted(sources_read - set(raw) - HELPERS))} beside its raw table")
    return found


def test_each_layer_reads_only_what_it_may(manifest: Any) -> None:
    found = []
    for model in models(manifest):
        nodes = [manifest.nodes[key] for key in model.depends_on.nodes if key in manifest.nodes]
        sources = [manifest.sources[key] for key in model.depends_on.nodes if key in manifest.sources]
        found += wrong_readings(
            model.name,
            model.schema,
            {node.name: node.schema for node in nodes},
            {f"{source.source_name}.{source.name}" for source in sources},
        )
    assert found == []


def test_every_staging_model_of_a_source_reads_that_source(manifest: Any) -> None:
    for source in contracts.source_names():
        model = manifest.nodes[f"model.workforce.stg_{source}"]
        assert f"source.workforce.raw.raw_{source}" in model.depends_on.nodes


def test_schemas_are_exactly_the_layers(manifest: Any) -> None:
    assert {model.schema for model in models(manifest)} == set(MAY_READ)


def test_no_direct_identifier_is_named_anywhere_in_dbt(manifest: Any) -> None:
    direct = {field.name for source in contracts.sources().values() for field in source.fields if field.pii == "D"}
    word = re.compile(rf"\b({'|'.join(sorted(direct))})\b")
    found = [
        f"{path.relative_to(PROJECT)}: {match.group()}"
        for path in sorted(PROJECT.rglob("*.sql"))
        for match in word.finditer(COMMENT.sub("", path.read_text(encoding="utf-8")))
    ]
    described = [(node.name, set(node.columns) & direct) for node in [*models(manifest), *manifest.sources.values()]]
    assert found == []
    assert [line for line in described if line[1]] == []


def test_nothing_keyed_by_the_secret_goes_beyond_staging(manifest: Any) -> None:
    found = []
    for model in models(manifest):
        code = COMMENT.sub("", model.raw_code)
        keyed = {match.group() for match in KEYED.finditer(code)} | {c for c in model.columns if KEYED.fullmatch(c)}
        allowed = model.schema == "staging" or model.name in KEEPS_A_TOKEN
        if keyed and not allowed:
            found.append(f"{model.name}: {', '.join(sorted(keyed))}")
    assert found == []
    kept = [manifest.nodes[f"model.workforce.{name}"] for name in KEEPS_A_TOKEN]
    assert all(model.config.materialized == "view" for model in kept)


def person_facts_of_counts(reads: dict[str, set[str]], with_person: set[str], aggregates: set[str]) -> list[str]:
    """`model: source` for each model with a person in it that a source of counts reaches, however far away.

    `reads`: model to the models it reads; `with_person`: models with a person_key.
    """
    found = []
    for source in sorted(aggregates):
        reached = {f"stg_{source}"}
        while more := {model for model, read in reads.items() if read & reached} - reached:
            reached |= more
        found += [f"{model}: {source}" for model in sorted(reached & with_person)]
    return found


def test_no_person_fact_comes_from_a_source_of_counts(manifest: Any) -> None:
    every = models(manifest)
    reads = {
        model.name: {manifest.nodes[key].name for key in model.depends_on.nodes if key in manifest.nodes}
        for model in every
    }
    with_person = {
        model.name
        for model in every
        if "person_key" in model.columns or re.search(r"\bperson_key\b", COMMENT.sub("", model.raw_code))
    }
    aggregates = {name for name, source in contracts.sources().items() if source.about == "aggregate"}
    assert "fct_wage_quarter" in with_person
    assert person_facts_of_counts(reads, with_person, aggregates) == []


def test_a_person_fact_of_counts_is_found_over_several_models() -> None:
    reads = {"int_a": {"stg_a", "stg_b"}, "fct_a": {"int_a"}, "rpt_a": {"fct_a"}, "fct_b": {"stg_b"}}
    assert person_facts_of_counts(reads, {"fct_a", "fct_b"}, {"a"}) == ["fct_a: a"]
    assert person_facts_of_counts(reads, {"fct_b"}, {"a"}) == []


def test_every_mart_states_its_grain_and_keeps_its_contract(manifest: Any) -> None:
    grains = {
        key
        for node in manifest.nodes.values()
        if getattr(getattr(node, "test_metadata", None), "name", None) == "grain"
        for key in node.depends_on.nodes
    }
    for model in models(manifest):
        if model.schema in {"core", "reporting"}:
            assert re.match(r"Grain: .+\.\nKey: .+\.", model.description), f"{model.name}: open with grain and key"
            assert model.unique_id in grains, f"{model.name}: test its grain"
            assert model.config.contract.enforced, f"{model.name}: enforce its contract"
            assert model.config.persist_docs == {"relation": True, "columns": True}, model.name
            assert [name for name, column in model.columns.items() if not column.description] == [], model.name


def test_a_wrong_reading_is_named_with_its_rule() -> None:
    assert wrong_readings("stg_a", "staging", {}, {"raw.raw_a", "ledger.visible_batch"}) == []
    assert wrong_readings("rpt_a", "reporting", {"fct_a": "core"}, set()) == []
    wrong = [
        wrong_readings("stg_a", "staging", {"stg_b": "staging"}, {"raw.raw_a"}),
        wrong_readings("stg_a", "staging", {}, {"raw.raw_a", "raw.raw_b"}),
        wrong_readings("stg_a", "staging", {}, {"raw.raw_a", "ledger.build"}),
        wrong_readings("int_a", "intermediate", {"fct_a": "core"}, set()),
        wrong_readings("int_a", "intermediate", {}, {"raw.raw_a"}),
        wrong_readings("fct_a", "core", {"stg_a": "staging"}, set()),
        wrong_readings("rpt_a", "reporting", {"int_a": "intermediate"}, set()),
        wrong_readings("rpt_a", "reporting", {"ref_a": "seeds"}, set()),
    ]
    assert [len(found) for found in wrong] == [1] * len(wrong)


def test_the_scan_for_identifiers_sees_code_and_not_comments() -> None:
    assert KEYED.findall(COMMENT.sub("", "select identity_key, ssn_token -- sasid_token\nfrom a {# x_token #}")) == [
        "identity_key",
        "ssn_token",
    ]
    assert Path(PROJECT / "models").is_dir()
