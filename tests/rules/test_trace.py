"""The law of lineage: every report says how its rows are counted, or in a sentence what it rests on instead."""

from __future__ import annotations

import re

import pytest

import contracts
from cli.models import described, models
from cli.trace_rows import meta_of_reports, parts_of

REPORTS = meta_of_reports()
TRACED = [name for name, meta in REPORTS.items() if "trace" in meta]


def test_every_report_says_how_it_is_counted_or_what_it_rests_on() -> None:
    assert {name for name, meta in REPORTS.items() if ("trace" in meta) == ("not_traced" in meta)} == set()
    sentences = {name: " ".join(meta["not_traced"].split()) for name, meta in REPORTS.items() if "not_traced" in meta}
    assert [name for name, sentence in sentences.items() if not (len(sentence) > 80 and sentence.endswith("."))] == []
    assert [name for name, sentence in sentences.items() if not any(model in sentence for model in models())] == []


@pytest.mark.parametrize("report", TRACED)
def test_what_a_report_says_of_its_counting_is_there(report: str) -> None:
    [columns] = [model["columns"] for model in described() if model["name"] == report]
    names = {column["name"] for column in columns}
    whole = {column["name"] for column in columns if column["data_type"] == "bigint"}
    counted = {name for part in parts_of(report) for name in {**part.counts, **part.distinct}}
    assert {name for name in whole if name.endswith("_count")} - counted == set(), "counted by no part of meta.trace"
    for part in parts_of(report):
        assert part.subject or part.note, "counted again, or a sentence"
        assert not part.subject or models()[part.subject].where.startswith("dbt_project/models/marts/core/")
        assert bool(part.subject) == bool(part.counts or part.distinct)
        assert set(part.counts) | set(part.distinct) <= names
        assert not part.counts.keys() & part.distinct.keys()
        assert set(part.files) <= set(contracts.source_names())
        assert not part.subject or part.things or part.stay != "null" or part.person != "null", "whose rows, or what"


def test_what_a_model_reads_is_named_in_full() -> None:
    """Lineage is read from the names in the SQL: one put together in Jinja would be seen by dbt and by nobody else."""
    made = {name: re.findall(r"\bref\([^()]*~[^()]*\)", model.sql) for name, model in models().items()}
    assert {name: found for name, found in made.items() if found} == {}
