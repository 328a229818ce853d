"""Child side: bytes to UTF-8 text. Encoding as declared, control bytes, the last line's end.

Belongs here: what every text format needs before records are looked for. Does not: records.
"""

from __future__ import annotations

import codecs
import re

import numpy as np

from ingest.readers.protocol import Refusal
from ingest.readers.unpack import CHUNK, Stream

BOM = "\ufeff".encode()
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
ODD = (b"\x0b", b"\x0c", b"\x7f")
"""Control characters outside the two ranges looked at as ranges."""


class TextBytes:
    """A stream's text as UTF-8 bytes without byte order mark; refuses what is not text in the declared encoding."""

    def __init__(self, stream: Stream, encoding: str) -> None:
        self._stream = stream
        self._name = encoding.upper()
        self._is_utf8 = codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")
        self._decoder = codecs.getincrementaldecoder("utf-8" if self._is_utf8 else encoding)("strict")
        self._pending = False
        self._begun = False
        self._lines = 0
        self.has_quote = False
        self.last = b""

    def read(self, size: int = CHUNK) -> bytes:
        """The next bytes of text; empty at the end."""
        while True:
            raw = self._stream.read(max(size, 4))
            text = self._decoded(raw)
            if not self._begun and text:
                self._begun = True
                text = text.removeprefix(BOM)
            if text:
                self._look(text)
                return text
            if not raw:
                return b""

    def _decoded(self, raw: bytes) -> bytes:
        if self._is_utf8 and raw and raw.isascii() and not self._pending:
            return raw
        try:
            text = self._decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            line = self._lines + error.object[: error.start].count(b"\n") + 1
            raise Refusal("G3.not_utf8", f"The file is not {self._name} text; the first wrong byte is in line {line:,}."
                          " A submission profile may declare another encoding.") from None  # fmt: skip
        self._pending = bool(self._decoder.getstate()[0])
        return text.encode("utf-8", "surrogatepass")

    def _look(self, text: bytes) -> None:
        letters = np.frombuffer(text, dtype=np.uint8)
        if letters.min() < 9 or ((letters - 14) < 18).any() or any(odd in text for odd in ODD):
            at = next(
                place for place, letter in enumerate(text) if (letter < 32 and letter not in b"\t\n\r") or letter == 127
            )
            line = self._lines + text.count(b"\n", 0, at) + 1
            told = f"The file is not text: it holds control bytes, the first in line {line:,}."
            if len(text) < 4 * text.count(0) < 3 * len(text):  # every other byte, or nearly
                told += " If it is UTF-16, a submission profile must say so (encoding: utf-16)."
            raise Refusal("G3.not_text", told)
        self._lines += text.count(b"\n")
        self.has_quote = self.has_quote or b'"' in text
        self.last = text[-1:]

    def notes(self) -> list[list[str]]:
        """What the end of the text looks like, once it was read."""
        if self.last in (b"\n", b"\r", b""):
            return []
        return [["G3.no_final_newline", "The last line has no line end: the file may be cut off."]]
