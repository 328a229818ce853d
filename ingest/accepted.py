"""The accepted rows of a checked file as CSV: every column that came, its text as it came, in the file's order.

Belongs here: the second reading, and leaving out what the gate kept out. Does not: judging.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import contracts
from contracts import Source
from contracts.profile import Profile, find_profile
from home.scratch import EngineFault
from ingest.findings import GateResult, Refused
from ingest.readers.protocol import ROW_NO
from ingest.readers.reading import Reading, Submitted, reading

if TYPE_CHECKING:
    import pyarrow as pa

AROUND = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""What readers take off around a value: a row of nothing else is no row."""


def write_accepted(
    path: Path, source: str | Source, result: GateResult, target: Path, profile: Profile | None = None
) -> int:
    """Write the rows that `result` accepts to `target`, readable by its owner only; nothing when it accepts none.

    `result` is validate_file's verdict on the same bytes. Returns how many rows were written. Raises Refused when the
    target cannot be written, EngineFault when the file is no longer the one that was judged.
    """
    if result.is_rejected:
        return 0
    contract = contracts.as_source(source)
    submitted = Submitted(path.name, profile or find_profile(contract, path.name))
    unfinished = target.with_name(f".{target.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with (
                os.fdopen(handle, "w", encoding="utf-8", newline="") as out,
                reading(path, contract, submitted, as_came=True) as opened,
            ):
                written = _write(opened, out, result.quarantined)
                opened.records.finish()
            if written != result.rows_accepted:
                raise EngineFault(f"{written:,} rows would be written of {result.rows_accepted:,} accepted: none were.")
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise Refused(f"The accepted rows cannot be written to {target} ({why}).") from None
    return written


def _write(opened: Reading, out: TextIO, quarantined: Sequence[int]) -> int:
    import numpy as np
    import pyarrow as pa

    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(opened.layout.headings)
    kept_out = np.asarray(quarantined, dtype=np.int64)
    written = 0
    for batch in opened.records.stream():
        keep = ~np.isin(batch.column(ROW_NO).to_numpy(), kept_out) & _filled(batch, list(opened.layout.columns))
        rows = batch.filter(pa.array(keep))
        writer.writerows(zip(*(column.to_pylist() for column in rows.columns[1:]), strict=True))
        written += rows.num_rows
    return written


def _filled(batch: pa.RecordBatch, known: list[int]) -> Any:
    """Whether each row has a value in some known column."""
    import numpy as np
    import pyarrow.compute as pc

    filled = np.zeros(batch.num_rows, dtype=bool)
    for place in known:
        if filled.all():
            break
        cells = pc.utf8_trim(batch.column(place + 1), AROUND)
        filled |= pc.fill_null(pc.not_equal(cells, ""), False).to_numpy(zero_copy_only=False)
    return filled
