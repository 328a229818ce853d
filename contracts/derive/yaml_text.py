"""Committed YAML as text: one layout, key order kept, so that a difference is a difference in meaning."""

from __future__ import annotations

from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def yaml_text(content: Any, command: str = "make derive") -> str:
    """`content` as YAML under a line that says it is derived."""
    body = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return f"# Derived from the contracts by `{command}`: change those, not this file.\n{body}"
