"""The dbt project as its files say it: marts with their columns, and what each model reads.

Belongs here: reading YAML and `ref` calls of dbt_project/models. Does not: running dbt, reading data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from home import PROJECT_ROOT

MODELS = PROJECT_ROOT / "dbt_project" / "models"
READS = re.compile(r"""\bref\(\s*['"](\w+)['"]\s*\)""")
ANY_MODEL = re.compile(r"'((?:stg|int|dim|fct|bridge|est)_\w+)'")
"""A model named in a list that the SQL loops over is read as well."""
LAYERS = {
    "rpt_": "reports",
    "est_": "estimates",
    "fct_": "facts",
    "dim_": "dimensions",
    "bridge_": "bridges",
    "int_": "steps",
    "stg_": "sources as staged",
    "ref_": "code lists and parameters",
}
"""How names of models and tables begin, and what such a thing is called; in the order they are shown in."""


@dataclass(frozen=True)
class Model:
    """One model: its file, the models and tables it reads, in the order of their names."""

    name: str
    path: Path
    sql: str
    reads: tuple[str, ...]

    @property
    def where(self) -> str:
        return self.path.relative_to(PROJECT_ROOT).as_posix()


@cache
def models() -> dict[str, Model]:
    """Every model by name."""
    found = {}
    for path in sorted([*MODELS.rglob("*.sql"), *MODELS.rglob("*.py")]):
        sql = path.read_text(encoding="utf-8")
        named = set(READS.findall(sql)) | set(ANY_MODEL.findall(sql))
        found[path.stem] = Model(path.stem, path, sql, tuple(sorted(named - {path.stem})))
    return {
        name: Model(name, model.path, model.sql, tuple(one for one in model.reads if one in found or one[:4] == "ref_"))
        for name, model in found.items()
    }


def inputs(name: str) -> dict[str, list[str]]:
    """Everything the model is made of, by the beginning of its name in the order of LAYERS; names sorted."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        model = models().get(waiting.pop())
        for one in model.reads if model else ():
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return {layer: found for layer in LAYERS if (found := sorted(one for one in seen if one.startswith(layer)))}


@cache
def described() -> tuple[dict[str, Any], ...]:
    """Each mart as its YAML describes it, in the order of the files."""
    import yaml

    return tuple(
        model
        for path in sorted((MODELS / "marts").rglob("*.yml"))
        for model in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader).get("models", [])
    )
