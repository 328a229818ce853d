"""Every error becomes one sentence and an exit code; no stack trace reaches a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from cli.terminal import complain

REFUSED = 2
OUR_FAULT = 3


@contextmanager
def sentences(our_fault: int = OUR_FAULT) -> Iterator[None]:
    """Exit with REFUSED for what we refuse on purpose, with `our_fault` for what we did not foresee."""
    try:
        yield
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        complain("Stopped. What was complete before is unchanged; run again when you like.")
        raise typer.Exit(130) from None
    except Exception as error:
        from home import Home
        from orchestration.faults import describe

        fault = describe(error, Home.from_env())
        complain(fault.sentence)
        raise typer.Exit(our_fault if fault.kind == "ours" else REFUSED) from None
