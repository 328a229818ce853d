"""A case for every rule and pattern, one module per group of sources: what trips it, and beside it what just passes.

Each module may define PATTERN_CASES {field: (wrong, just right)}, ROW_CASES {rule: {source: [(trips, near miss)]}} and
FILE_CASES {rule: {source: [(changes of each row, positions that break)]}}, changes to the example row; a rule two
modules share is joined by source. A module that repeats another's case is a mistake and stops the tests.
ASKS_NOTHING {rule: {required column: value}} is for rules that the required columns of the example row set going: the
value with which all other columns may be blank.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

PATTERN_CASES: dict[str, tuple[str, str]] = {}
ROW_CASES: dict[str, dict[str, list[tuple[dict[str, str], dict[str, str]]]]] = {}
FILE_CASES: dict[str, dict[str, list[tuple[list[dict[str, str]], set[int]]]]] = {}
ASKS_NOTHING: dict[str, dict[str, str]] = {}

for _found in pkgutil.iter_modules(__path__):
    _module = import_module(f"{__name__}.{_found.name}")
    for _field, _pair in getattr(_module, "PATTERN_CASES", {}).items():
        assert _field not in PATTERN_CASES, f"{_module.__name__} repeats the pattern case of {_field}"
        PATTERN_CASES[_field] = _pair
    ASKS_NOTHING |= getattr(_module, "ASKS_NOTHING", {})
    for _all, _ours in ((ROW_CASES, "ROW_CASES"), (FILE_CASES, "FILE_CASES")):
        for _rule, _by_source in getattr(_module, _ours, {}).items():
            _known = _all.setdefault(_rule, {})
            assert not _known.keys() & _by_source.keys(), f"{_module.__name__} repeats a case of {_rule}"
            _known.update(_by_source)
