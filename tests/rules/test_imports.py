"""Imports point one way. Read from the source text, so that an import inside a function counts too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from home import PROJECT_ROOT

MAY_IMPORT = {
    "home": set(),
    "contracts": set(),
    "impact": set(),
    "ingest": {"home", "contracts"},
    "linkage": {"home", "contracts"},
    "publish": {"home", "contracts"},
    "synth": {"home", "contracts"},
    "dbt_project": {"impact"},
    "orchestration": {"home", "contracts", "impact", "ingest", "linkage", "publish"},
    "cli": {"home", "contracts", "impact", "ingest", "linkage", "publish", "synth", "orchestration"},
}
"""Package of ours: the packages of ours it may import."""

ONLY_IN = {
    "dagster": {"orchestration"},
    "dagster_dbt": {"orchestration"},
    "dagster_webserver": {"orchestration"},
    "scipy": {"impact"},
    "splink": {"linkage"},
    "statsmodels": {"impact"},
}
"""Third-party package: where it may be imported."""

ONE_MODULE = ("great_expectations",)
"""Third-party packages that one module may import, because the import takes seconds."""


@dataclass(frozen=True)
class Import:
    file: str
    line: int
    package: str
    module: str


def imports_of(text: str, file: str) -> Iterator[Import]:
    """Every import of the file: `import a.b`, `from a.b import c`, and importlib.import_module("a.b")."""
    package = file.split("/")[0].removesuffix(".py")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{package}.relative"] if node.level else [node.module or ""]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in (
            "importlib.import_module",
            "import_module",
            "__import__",
        ):
            first = node.args[0] if node.args else None
            names = [first.value] if isinstance(first, ast.Constant) and isinstance(first.value, str) else []
        else:
            continue
        for name in names:
            yield Import(file, node.lineno, package, name.split(".")[0])


def broken_rules(imports: list[Import]) -> list[str]:
    """`file:line: rule` for every import that points the wrong way."""
    found = []
    for one in imports:
        where = f"{one.file}:{one.line}"
        if one.module in MAY_IMPORT and one.module != one.package and one.module not in MAY_IMPORT[one.package]:
            allowed = ", ".join(sorted(MAY_IMPORT[one.package])) or "nothing of ours"
            found.append(f"{where}: {one.package} may import {allowed}, not {one.module}")
        if one.module in ONLY_IN and one.package not in ONLY_IN[one.module]:
            found.append(f"{where}: {one.module} is imported only in {', '.join(sorted(ONLY_IN[one.module]))}")
    for module in ONE_MODULE:
        files = sorted({one.file for one in imports if one.module == module})
        found += [f"{file}: {module} is imported in one module only, and {files[0]} does already" for file in files[1:]]
    return found


def our_files() -> list[Path]:
    return sorted(path for package in MAY_IMPORT for path in (PROJECT_ROOT / package).rglob("*.py"))


def test_imports_point_one_way() -> None:
    imports = []
    for path in our_files():
        imports += imports_of(path.read_text(encoding="utf-8"), path.relative_to(PROJECT_ROOT).as_posix())
    assert imports
    assert broken_rules(imports) == []


def test_a_wrong_import_is_named_with_file_line_and_rule() -> None:
    sample = {
        "contracts/x.py": "import home\n",
        "ingest/x.py": "import os\n\ndef f():\n    from linkage.rules import a\n    import dagster as d\n",
        "linkage/x.py": "import splink\nimport importlib\nimportlib.import_module('publish.marts')\n",
        "publish/x.py": "import great_expectations\n",
        "synth/x.py": "from splink import Linker\nimport great_expectations as gx\nfrom . import y\n",
        "orchestration/x.py": "import dagster, ingest, cli\n",
        "cli/x.py": "import orchestration, synth\n",
    }
    imports = [one for file, text in sample.items() for one in imports_of(text, file)]
    assert broken_rules(imports) == [
        "contracts/x.py:1: contracts may import nothing of ours, not home",
        "ingest/x.py:4: ingest may import contracts, home, not linkage",
        "ingest/x.py:5: dagster is imported only in orchestration",
        "linkage/x.py:3: linkage may import contracts, home, not publish",
        "synth/x.py:1: splink is imported only in linkage",
        "orchestration/x.py:1: orchestration may import contracts, home, impact, ingest, linkage, publish, not cli",
        "synth/x.py: great_expectations is imported in one module only, and publish/x.py does already",
    ]
