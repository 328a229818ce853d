"""Reading YAML strictly: a key given twice, or what is no mapping, is refused in one sentence with file and line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from contracts.errors import ContractError


class _Refused(Exception):
    def __init__(self, node: yaml.Node, what: str) -> None:
        super().__init__(what)
        self.line = node.start_mark.line + 1


class _Loader(yaml.CSafeLoader):
    """YAML that refuses a key given twice: the plain loader would silently keep the last."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _Refused(key, "a key is a word, not a list or a mapping")
        if key.value in seen:
            raise _Refused(key, f"{key.value!r} is there twice; keep one")
        seen[key.value] = loader.construct_object(value, deep=True)
    return seen


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return node.value


def _flag(loader: _Loader, node: yaml.ScalarNode) -> bool | str:
    """Only true and false: the heading No and the code ON are words."""
    return {"true": True, "false": False}.get(node.value.lower(), node.value)


def _whole(loader: _Loader, node: yaml.ScalarNode) -> int | str:
    """Digits without a leading zero: 0100 is a code, and neither 64 nor 100; 1:30 is no number either."""
    return int(node.value) if re.fullmatch(r"-?(0|[1-9][0-9]*)", node.value) else node.value


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _text)
_Loader.add_constructor("tag:yaml.org,2002:bool", _flag)
_Loader.add_constructor("tag:yaml.org,2002:int", _whole)


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a contract file. Raises ContractError when it is not readable YAML."""
    try:
        with path.open(encoding="utf-8") as handle:
            content = yaml.load(handle, Loader=_Loader)
    except _Refused as error:
        raise ContractError(f"{path.name} line {error.line}: {error}.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise ContractError(f"{path.name}{line}: not readable as YAML ({getattr(error, 'problem', error)}).") from None
    except UnicodeDecodeError:
        raise ContractError(f"{path.name} is not text in UTF-8; save it as UTF-8.") from None
    except OSError as error:
        raise ContractError(f"{path.name} cannot be read ({error.strerror}).") from None
    if not isinstance(content, dict):
        raise ContractError(f"{path.name} is empty or not a mapping of words.")
    return content
