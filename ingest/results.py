"""What became of one file, for who called the loader.

Belongs here: the shape and its sentence. Does not: deciding anything (gate), what the agency is told (receipts).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from home import Home
from ingest import receipts
from ingest.ledger import Batch


@dataclass(frozen=True)
class BatchResult:
    """What became of one file. `is_new` False: the same bytes were there already, and nothing was changed."""

    source: str
    file_name: str
    batch_id: str
    outcome: str
    is_new: bool
    rows_received: int
    rows_accepted: int
    rows_quarantined: int
    reject_reason: str | None
    receipt: Path
    note: str = ""
    """What came of a repetition that said something new."""
    is_held: bool = False
    """It differs from the batches before it and does not stand until a steward releases it."""

    @property
    def message(self) -> str:
        """One sentence for the person on call."""
        if self.outcome == "reject_file":
            again = "" if self.is_new else " (as before: the same file was refused already)"
            return f"{self.file_name} was rejected{again}: {self.reject_reason}"
        if self.is_held:
            return f"{self.file_name} is held: it differs too much from the batches before it and is not in use."
        if not self.is_new:
            came_of_it = self.note or "nothing was changed."
            return f"{self.file_name} holds the bytes of {self.batch_id}, which is loaded already: {came_of_it}"
        kept_out = f", {self.rows_quarantined:,} quarantined" if self.rows_quarantined else ""
        return f"{self.file_name}: {self.rows_received:,} rows received, {self.rows_accepted:,} accepted{kept_out}."


def result_of(home: Home, batch: Batch, file_name: str, is_new: bool, note: str = "") -> BatchResult:
    """The result for a file whose batch the ledger has."""
    return BatchResult(
        source=batch.source,
        file_name=file_name,
        batch_id=batch.batch_id,
        outcome=batch.outcome,
        is_new=is_new,
        rows_received=batch.rows_received,
        rows_accepted=batch.rows_accepted,
        rows_quarantined=batch.rows_quarantined,
        reject_reason=batch.reject_reason,
        receipt=receipts.folder(home, batch.source, batch.batch_id) / "receipt.html",
        note=note,
    )
