"""A contract in the words of the Open Data Contract Standard (ODCS) 3.1, for catalogues and other people's tools.

Belongs here: the mapping. Does not: anything that is not in the contract. The folder odcs has the standard's schema.

The quality checks are SQL in DuckDB's dialect over `${object}`, the accepted rows under field names; facts of the
submission (_extract_date and the like) are columns there too. Each counts the rows that break a rule: it must be 0.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from contracts.derive.yaml_text import yaml_text
from contracts.messages import describe
from contracts.model import ABOUT, PII_CLASSES, Field, RowRule, Source
from contracts.registry import load

API_VERSION = "v3.1.0"
SCHEMA_FILE = Path(__file__).parent / "odcs" / f"odcs-json-schema-{API_VERSION}.json"
LOGICAL_TYPES = {"text": "string", "code": "string", "integer": "integer", "decimal": "number", "date": "date"}
PERIODS = {"quarter": (3, "months"), "month": (1, "months"), "year": (1, "years"), "school_year": (1, "years")}
"""How often a submission comes, in the standard's value and unit."""


def _custom(pairs: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"property": key, "value": value} for key, value in pairs.items() if value not in (None, "", [], {})]


def _limits(field: Field) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if field.pattern:
        options["pattern"] = f"^(?:{field.pattern})$"
    if field.type == "date":
        options["format"] = "yyyy-MM-dd"
    for word, limit in (("minimum", field.minimum), ("maximum", field.maximum)):
        if limit is not None:
            number = field.type != "date"
            options[word] = (float(limit) if "." in limit else int(limit)) if number else limit
    return options


def _codes(source: Source, field: Field) -> list[dict[str, Any]]:
    if field.code_list is None or field.multi:
        return []
    rule = describe(source, "G4.code", field.name)
    check = {"metric": "invalidValues", "arguments": {"validValues": list(field.code_list.codes)}, "mustBe": 0}
    return [{"name": rule.rule_id, "type": "library", "description": rule.message, "severity": rule.severity, **check}]


def _property(source: Source, field: Field) -> dict[str, Any]:
    only_key = source.key == (field.name,) and not source.key_also
    entry: dict[str, Any] = {
        "name": field.name,
        "logicalType": LOGICAL_TYPES[field.type],
        "physicalType": field.sql_type,
        "description": field.description + (f" Unit: {field.unit}." if field.unit else ""),
        "required": field.required,
        "unique": only_key,
        "classification": PII_CLASSES[field.pii],
    }
    if field.name in source.key:
        entry |= {"primaryKey": True, "primaryKeyPosition": source.key.index(field.name) + 1}
    if options := _limits(field):
        entry["logicalTypeOptions"] = options
    if field.example:
        entry["examples"] = [field.example]
    if quality := _codes(source, field):
        entry["quality"] = quality
    other = (source.references or {}).get(field.name)
    if other:
        entry["relationships"] = [{"type": "foreignKey", "to": f"{other}.{load(other).person_id_field or field.name}"}]
    entry["customProperties"] = _custom(
        {
            "privacyClass": field.pii,
            "requirement": field.requirement,
            "aliases": list(field.aliases),
            "codeList": field.codes,
            "severalCodes": field.multi or None,
            "vaultOnly": True if field.pii == "D" else None,
            "pirlElement": field.pirl,
            "cedsElement": field.ceds,
        }
    )
    return entry


def _check(source: Source, rule: RowRule) -> dict[str, Any]:
    text = describe(source, rule.id)
    return {
        "name": rule.id,
        "type": "sql",
        "description": f"{text.message}. {text.fix}",
        "severity": rule.severity,
        "dimension": "consistency",
        "query": f"SELECT count(*) FROM (SELECT {rule.passes_sql} AS holds FROM ${{object}}) WHERE NOT holds",
        "mustBe": 0,
        "customProperties": _custom(
            {
                "columns": list(rule.columns),
                "submissionFacts": list(rule.context),
                "overWholeFile": rule.over_file or None,
                "source": rule.source,
                "dialect": "duckdb",
            }
        ),
    }


def _duplicates(source: Source) -> dict[str, Any]:
    key = [*source.key, *source.key_also]
    return {
        "name": "G5.duplicate_key",
        "type": "library",
        "description": "Each key is sent once.",
        "severity": "error",
        "dimension": "uniqueness",
        "metric": "duplicateValues",
        "arguments": {"properties": key},
        "mustBe": 0,
    }


def odcs(source: Source) -> dict[str, Any]:
    """The contract as an ODCS document: plain data, the same for the same contract."""
    value, unit = PERIODS[source.period_kind]
    return {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": f"{source.contract_id}-{source.name}",
        "name": source.title,
        "version": source.version,
        "status": "active",
        "domain": "workforce",
        "description": {
            "purpose": source.description,
            "limitations": f"{ABOUT[source.about][:1].upper()}{ABOUT[source.about][1:]}. Direct identifiers stay in "
            "the vault.",
            "usage": "Checked on arrival; every submission gets a receipt with the rows to correct.",
        },
        "team": {"name": source.agency, "description": "Sends the files."},
        "schema": [
            {
                "name": source.name,
                "logicalType": "object",
                "physicalType": "file",
                "physicalName": f"raw.{source.raw_table}",
                "description": source.description,
                "dataGranularityDescription": f"One row per {', '.join(source.key)}.",
                "properties": [_property(source, field) for field in source.fields],
                "quality": [_duplicates(source), *(_check(source, rule) for rule in source.logic_rules)],
            }
        ],
        "slaProperties": [
            {"property": "frequency", "value": value, "unit": unit, "description": "A submission per period."},
            {
                "property": "latency",
                "value": source.due_days,
                "unit": "d",
                "description": "Days after the end of the period by which the submission is due.",
            },
            {
                "property": "errorRate",
                "value": source.reject_share,
                "description": f"Share of rows with an error above which the file is refused (from "
                f"{source.reject_min_rows} such rows on).",
            },
        ],
        "customProperties": _custom(
            {
                "about": source.about,
                "agencyCode": source.agency_code,
                "periodKinds": list(source.period_kinds),
                "duplicateKey": source.duplicate_key,
                "alsoCalled": list(source.also_called),
                "formats": list(source.formats),
                "drift": dict(source.drift),
                "encoding": source.encoding,
                "delimiter": source.delimiter,
            }
        ),
    }


def odcs_text(source: Source) -> str:
    """The ODCS document as YAML."""
    return yaml_text(odcs(source), f"workforce contracts export {source.name} --format odcs")
