"""Names of the asset groups, numbered so that the UI lists them in the order of the flow."""

from __future__ import annotations

INGEST = "1_ingest"
LINK = "2_link"
REFERENCE = "3_reference"
STAGING = "3_staging"
INTERMEDIATE = "4_intermediate"
CORE = "5_core"
REPORTING = "6_reporting"
PUBLISH = "7_publish"

OF_SCHEMA = {"staging": STAGING, "intermediate": INTERMEDIATE, "core": CORE, "reporting": REPORTING}
"""Group of a dbt model by the schema it is built into; anything else is reference data."""
