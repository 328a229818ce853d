"""Whether everything is to be logged: WORKFORCE_LOG_LEVEL=debug. dbt then keeps its log, Dagster every message.

Belongs here: reading the variable. Does not: logging. What is logged holds no person's value at this level either.
"""

from __future__ import annotations

import os


def is_debug() -> bool:
    """Whether WORKFORCE_LOG_LEVEL asks for everything."""
    return os.environ.get("WORKFORCE_LOG_LEVEL", "").lower() == "debug"
