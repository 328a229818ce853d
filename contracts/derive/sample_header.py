"""The header line an agency may paste: docs/dictionary/headers/<source>.csv. Canonical names, contract order."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from contracts.model import Source

FOLDER = "docs/dictionary/headers"


def sample_header(source: Source) -> str:
    """Header and one invented row, as CSV text."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=source.delimiter, lineterminator="\n")
    writer.writerows([source.field_names, [field.example for field in source.fields]])
    return text.getvalue()


def files(sources: Mapping[str, Source]) -> dict[str, str]:
    """Paths and texts of the committed files."""
    return {f"{FOLDER}/{name}.csv": sample_header(source) for name, source in sources.items()}
