"""WHERE everything lives: the folder layout under WORKFORCE_HOME and the lock that lets one writer in.

Belongs here: paths, their permissions, the run lock; and the few lines every package needs to work with files there
(scratch folders, quoting for SQL, page templates). Does not: what is in the files. Imports nothing of ours.
"""

from home.layout import PROJECT_ROOT, Home

__all__ = ["PROJECT_ROOT", "Home"]
