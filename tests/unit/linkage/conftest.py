"""A vault made by hand: identities as dicts, keys that depend on a secret the tests can change."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

import linkage
from home import Home

COLUMNS = {
    "identity_key": "uuid primary key",
    "source": "varchar",
    "id_system": "varchar",
    "agency_person_id": "varchar",
    "sasid": "varchar",
    "ssn": "varchar",
    "first_name": "varchar",
    "middle_name": "varchar",
    "last_name": "varchar",
    "suffix": "varchar",
    "birth_date": "date",
    "sex": "varchar",
    "street": "varchar",
    "town_code": "varchar",
    "zip": "varchar",
    "first_sha256": "varchar",
    "first_row_no": "bigint",
}
ID_SYSTEM = {"cthires_participant": "CTHIRES", "adult_ed": "LACES", "apprenticeship": "RA", "dual_credit": "SASID"}

Identity = dict[str, object]


def person(source: str = "cthires_participant", **fields: object) -> Identity:
    """One identity. `source` gives the id system; everything else is null unless named."""
    return {"source": source, "id_system": ID_SYSTEM.get(source)} | fields


def wage(ssn: str, first: str, last: str, **fields: object) -> Identity:
    """A wage identity: number and name only."""
    return person("ui_wage", ssn=ssn, first_name=first, last_name=last, **fields)


class Vault:
    """A home whose vault holds the identities given so far; row numbers count up unless an identity names its own."""

    def __init__(self, root: Path, secret: str = "secret") -> None:
        self.home = Home(root).ensure()
        self.secret = secret
        self.rows = 0
        with duckdb.connect(str(self.home.vault_db)) as con:
            con.execute(f"create table identity ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")

    def add(self, *identities: Identity) -> Vault:
        marks = ", ".join("?" for _ in COLUMNS)
        with duckdb.connect(str(self.home.vault_db)) as con:
            for given in identities:
                self.rows += 1
                identity = {"first_sha256": "aa", "first_row_no": self.rows} | given
                seed = f"{self.secret}|{identity['source']}|{identity['first_sha256']}|{identity['first_row_no']}"
                identity["identity_key"] = str(uuid.UUID(bytes=hashlib.sha256(seed.encode()).digest()[:16]))
                con.execute(f"insert into identity values ({marks})", [identity.get(name) for name in COLUMNS])
        return self

    def link(self, **options: object) -> linkage.LinkResult:
        """By the exact rules alone unless said otherwise: what a rule does is seen where nothing else links."""
        return linkage.link(self.home, **{"probability": False, **options})

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.home.vault_db), read_only=True) as con:
            return con.execute(sql).fetchall()

    def keys(self) -> list[str]:
        """Person key per identity, in the order of row numbers."""
        found = self.query(
            "select p.person_key from linkage.identity_person as p join identity as i using (identity_key) "
            "order by i.first_row_no"
        )
        return [key for (key,) in found]

    def groups(self) -> list[list[int]]:
        """Row numbers that are one person, in order."""
        together: dict[str, list[int]] = {}
        for row, key in enumerate(self.keys(), 1):
            together.setdefault(key, []).append(row)
        return sorted(together.values())

    def rules(self) -> list[tuple[str, str]]:
        """Accepted edges as (match_rule, evidence), best first."""
        return self.query("select match_rule, evidence from linkage.edge order by rowid")

    def refused(self) -> list[tuple[str, str]]:
        """Refused edges as (match_rule, reason)."""
        return self.query("select match_rule, refused_reason from linkage.refused_edge order by rowid")

    def reviews(self) -> list[tuple[str, int, int | None]]:
        """Review items as (reason, row number, other row number)."""
        return self.query(
            "select r.reason, a.first_row_no, b.first_row_no from linkage.review as r "
            "join identity as a using (identity_key) left join identity as b on b.identity_key = r.other_identity_key "
            "order by r.rowid"
        )


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "home")


@pytest.fixture
def linked(vault: Vault) -> Callable[..., Vault]:
    """`linked(identity, …)`: a vault with these identities, linked once."""

    def link_these(*identities: Identity) -> Vault:
        vault.add(*identities)
        vault.link()
        return vault

    return link_these
