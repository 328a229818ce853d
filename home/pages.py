"""Pages for people: one set of rules for every template, wherever it lies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2


def environment(templates: Path) -> jinja2.Environment:
    """Templates of a folder: escapes everything a page is given, and refuses a name it was not given."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
