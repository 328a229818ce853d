"""The folder layout of one environment. A second environment, or a test, is one variable: WORKFORCE_HOME."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
"""The checkout: where dbt_project/, contracts/ and data/sample/ are."""

PRIVATE = 0o700


@dataclass(frozen=True)
class Home:
    """Every path of one environment, below `root`. Nothing is written outside it."""

    root: Path

    @classmethod
    def from_env(cls) -> Home:
        """The environment named by WORKFORCE_HOME, else `var/` in the current folder."""
        return cls(Path(os.environ.get("WORKFORCE_HOME") or "var").expanduser().resolve())

    @property
    def landing(self) -> Path:
        """Default landing folder: one folder per source, agency bytes."""
        return self.root / "landing"

    @property
    def archive(self) -> Path:
        """Content-addressed bytes as received, read-only: the system of record."""
        return self.root / "archive"

    @property
    def receipts(self) -> Path:
        """What happened to each file: `<source>/<batch>/receipt.json|html`."""
        return self.root / "receipts"

    @property
    def ledger_log(self) -> Path:
        """The ledger once more, one JSON line per batch, outside the database."""
        return self.root / "ledger" / "ledger.jsonl"

    @property
    def linkage_quality(self) -> Path:
        """The quality report of the links: a page and CSV files, no person's value."""
        return self.root / "linkage_quality"

    @property
    def vault_dir(self) -> Path:
        """Direct identifiers and the key of the keyed hash; nobody but the loader and linkage opens it."""
        return self.root / "vault"

    @property
    def vault_db(self) -> Path:
        return self.vault_dir / "vault.duckdb"

    @property
    def identity_key_file(self) -> Path:
        return self.vault_dir / "identity.key"

    @property
    def warehouse_db(self) -> Path:
        """Raw rows, ledger, crosswalk. Append-only by batch."""
        return self.root / "warehouse" / "warehouse.duckdb"

    @property
    def marts_db(self) -> Path:
        """The last good build: staging, intermediate, core, reporting."""
        return self.root / "warehouse" / "marts.duckdb"

    @property
    def marts_building_db(self) -> Path:
        """The build under way; becomes `marts_db` only when every model and test has passed."""
        return self.root / "warehouse" / "marts.building.duckdb"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def current(self) -> Path:
        """Symlink to the newest release: what analysts open."""
        return self.published / "current.duckdb"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: run history, schedules, sensor cursors."""
        return self.root / "dagster"

    @property
    def dbt(self) -> Path:
        """dbt's target and log folders."""
        return self.root / "dbt"

    @property
    def scratch(self) -> Path:
        """Spill space of the engines; emptied at every start."""
        return self.root / "scratch"

    @property
    def lock_file(self) -> Path:
        return self.root / "run.lock"

    def ensure(self) -> Home:
        """Make the folders, readable by their owner only. Safe to call again."""
        for folder in (
            self.root,
            self.landing,
            self.archive,
            self.receipts,
            self.ledger_log.parent,
            self.vault_dir,
            self.warehouse_db.parent,
            self.published,
            self.dagster,
            self.dbt,
            self.scratch,
        ):
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        return self
