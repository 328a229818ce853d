"""The `workforce` command: thin. Every command calls one other package and shows what came back.

Belongs here: arguments, terminal tables, exit codes. Does not: any rule, any number. Heavy packages are imported inside
the functions that need them, so `workforce --help` stays instant.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""Set before numpy is loaded. The matrices of net impact are small: a second thread only waits (17 of 20 s of the
processors), and the order of its sums would depend on the machine."""
