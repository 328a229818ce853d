"""WHO: which identities of the vault are one person.

Belongs here: standardising identifiers, rules and vetoes, clustering, the registry of person keys, review, scoring
against a known truth. Does not: loading, content, measures. Reads and writes only the vault; the crosswalk
(identity_key → person_key) is the only thing that leaves it.
"""

from linkage.crosswalk import write_crosswalk
from linkage.evaluate import Evaluation, evaluate
from linkage.follow import Explanation, explain
from linkage.run import DETERMINISTIC, LinkageError, LinkResult, link

__all__ = [
    "DETERMINISTIC",
    "Evaluation",
    "Explanation",
    "LinkResult",
    "LinkageError",
    "evaluate",
    "explain",
    "link",
    "write_crosswalk",
]
