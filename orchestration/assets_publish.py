"""The last asset: the release analysts open. Belongs here: when. Does not: what may leave (publish)."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from orchestration import groups, progress
from orchestration.environment import Environment, told_in_a_sentence
from orchestration.release_name import as_of_of_build, release_name

PUBLISHED_RELEASE = "published_release"


def publish_asset(marts: Sequence[str]) -> dg.AssetsDefinition:
    """`published_release`, after the marts on the list of what may leave."""

    @dg.asset(
        name=PUBLISHED_RELEASE,
        deps=list(marts),
        group_name=groups.PUBLISH,
        kinds={"duckdb"},
        description="One read-only file with the listed marts; `current.duckdb` points to it.",
    )
    def published_release(environment: Environment) -> dg.MaterializeResult:
        import publish

        with told_in_a_sentence(environment.home), progress.step("Publishing") as going:
            release = release_name(environment.home, as_of_of_build(environment.home))
            path = publish.publish(environment.home, release)
            going.note = path.name
            return dg.MaterializeResult(metadata={"release": release, "path": dg.MetadataValue.path(path)})

    return published_release
