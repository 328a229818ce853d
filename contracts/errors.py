"""The one error of this package: a contract that contradicts itself. Not for data: findings about data are rows."""

from __future__ import annotations


class ContractError(ValueError):
    """A contract, the glossary or a code list is wrong. The message names the file, the word and what to do."""
