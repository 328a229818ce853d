"""Plain Splink, the peer: as its documentation begins, and no rule of our own.

Belongs here: library comparisons of every field there is, the usual blocking rules, train, predict, connected
components at 0.95. Does not: time or score it.
"""

from __future__ import annotations

import logging
from collections.abc import Collection

import duckdb

FIELDS = ("first_name", "last_name", "birth_date", "ssn", "sex", "street", "zip")
BLOCKS = (
    ("ssn",),
    ("first_name", "last_name"),
    ("last_name", "birth_date"),
    ("first_name", "birth_date"),
    ("street", "zip"),
    ("birth_date", "zip"),
)
KNOWN_BY = (("ssn", "last_name"), ("first_name", "last_name", "birth_date"))


def cluster(con: duckdb.DuckDBPyConnection, table: str, given: Collection[str] = FIELDS) -> str:
    """Clusters `table` (unique_id and `given`, text, cleaned); returns the table of unique_id and cluster_id."""
    import splink.comparison_library as library
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    comparisons = {
        "first_name": library.NameComparison("first_name"),
        "last_name": library.NameComparison("last_name"),
        "birth_date": library.DateOfBirthComparison("birth_date", input_is_string=True),
        "ssn": library.ExactMatch("ssn"),
        "sex": library.ExactMatch("sex"),
        "street": library.JaroWinklerAtThresholds("street"),
        "zip": library.ExactMatch("zip").configure(term_frequency_adjustments=True),
    }
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[comparisons[name] for name in FIELDS if name in given],
        blocking_rules_to_generate_predictions=[block_on(*names) for names in BLOCKS if set(names) <= set(given)],
    )
    linker = Linker(DuckDBAPI(connection=con).register(table), settings, log_level=logging.ERROR)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on(*names) for names in KNOWN_BY if set(names) <= set(given)], recall=0.7
    )
    training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    for names in (("first_name", "last_name"), ("birth_date",), ("ssn",)):
        if set(names) <= set(given):
            training.estimate_parameters_using_expectation_maximisation(block_on(*names))
    return linker.clustering.cluster_pairwise_predictions_at_threshold(
        linker.inference.predict(threshold_match_probability=0.5), threshold_match_probability=0.95
    ).physical_name
