"""WHAT MAY LEAVE: the explicit list of marts, copied from the last good build into one read-only file per release.

Belongs here: which marts leave, the checks before they do, the release file and the `current` link. Does not: how a
mart is computed (dbt), when to publish (orchestration). Imports `home` and `contracts` only.
"""

from publish.marts import Mart, marts
from publish.release import PublishRefused, publish
from publish.revision import NotComparable, Revision, compare, find_release, release_before

__all__ = [
    "Mart",
    "NotComparable",
    "PublishRefused",
    "Revision",
    "compare",
    "find_release",
    "marts",
    "publish",
    "release_before",
]
