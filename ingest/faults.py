"""What nobody foresaw about one file or one receipt: a sentence without a value, its steps in `logs/`, and on we go.

Belongs here: which errors concern everything (and end the run), and the sentence for the others. Does not: what is
recorded of the file (load), the sentences of a run as a whole (orchestration).
"""

from __future__ import annotations

import errno
import logging

from home import Home
from home.trace import chain_of, kind_of, write_trace
from ingest.findings import Refused

RULE = "G0.fault"
EVERYTHING = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE)
"""Disk full or failing, no more files to open: what the next file would meet as well."""


def concerns_everything(error: Exception) -> bool:
    """Whether there is no point in going on with the next file."""
    return isinstance(error, Refused | MemoryError) or (isinstance(error, OSError) and error.errno in EVERYTHING)


def sentence(error: Exception, home: Home, doing: str) -> str:
    """What to say of a fault of ours while `doing` something; the steps that led there are kept."""
    trace = write_trace(chain_of(error), home)
    where = f"the steps that led there are in logs/{trace.name}" if trace else "no trace could be written"
    return (
        f"A fault of this program, not of the data, while {doing} ({kind_of(error)}); {where}. "
        "Please report it with that file."
    )


def note(error: Exception, home: Home, doing: str) -> None:
    """Log the sentence, where nothing but the log could say it."""
    logging.getLogger(__name__).warning(sentence(error, home, doing))
