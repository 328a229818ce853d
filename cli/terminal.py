"""How things look: a spinner per step on a terminal, one plain line per step everywhere else; tables; numbers."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status
    from rich.text import Text

TICK, CROSS = "✓", "✗"
PLAIN_WIDTH = 120


def console() -> Console:
    """A console on standard output as it is now; wide enough for every table when nobody watches.

    What is shown is text of files and of people: no bracket in it is markup, no word between colons a picture.
    """
    from rich.console import Console

    watched = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, markup=False, emoji=False, width=None if watched else PLAIN_WIDTH)


def complain(sentence: str) -> None:
    """One sentence on standard error, wrapped by the terminal and not by us."""
    print(sentence, file=sys.stderr, flush=True)


class Steps:
    """Shows progress: implements orchestration.progress.Listener."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self._status: Status | None = None
        self._name = ""
        self._since = 0.0

    def start(self, step: str) -> None:
        self._name, self._since = step, time.monotonic()
        if self._out.is_terminal:
            self._status = self._out.status(_text(f"{step} …"))
            self._status.start()

    def detail(self, text: str) -> None:
        if self._status:
            self._status.update(_text(f"{self._name} … {text}"))

    def end(self, note: str) -> None:
        self._line(TICK, note)

    def fail(self) -> None:
        self._line(CROSS, "stopped")

    def _line(self, mark: str, note: str) -> None:
        if self._status:
            self._status.stop()
            self._status = None
        seconds = time.monotonic() - self._since
        say(self._out, f"{mark} {self._name:<28} {seconds:5.1f} s  {note}")


def show_table(out: Console, title: str, columns: list[str], rows: list[list[str]], left: int = 1) -> None:
    """A title and a plain table; the first `left` columns are text, the others numbers."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1 if out.width >= PLAIN_WIDTH else 0))
    for place, name in enumerate(columns):
        made.add_column(_text(name), justify="left" if place < left else "right", no_wrap=place == 0)
    for row in rows:
        made.add_row(*map(_text, row))
    say(out, title, bold=title)
    out.print(made)


def say(out: Console, line: str, bold: str = "") -> None:
    """One line of text, wrapped by the terminal and not by us, so that paths can be copied; `bold`: how it begins."""
    text = _text(line)
    if bold:
        text.stylize("bold", 0, len(bold))
    out.print(text, soft_wrap=True)


def _text(words: str) -> Text:
    """The words as they are, whatever brackets and colons are in them."""
    from rich.text import Text

    return Text(words)


def count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
