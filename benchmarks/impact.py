"""The net impact of one programme on 16,000 people, against a logit and a weighted regression of statsmodels alone.

Belongs here: running both, start-up included. Does not: how good the figure is (tests/unit/impact/test_nsw.py).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

COVARIATES = "age,educ,black,hisp,marr,nodegree,re74,re75"
BARE = """
import sys, numpy as np, pandas as pd
from statsmodels.discrete.discrete_model import Logit
from statsmodels.regression.linear_model import WLS
data = pd.read_csv(sys.argv[1])
x = np.column_stack([np.ones(len(data)), data[sys.argv[2].split(",")]])
chance = Logit(data["treat"], x).fit(disp=False).predict()
weights = np.where(data["treat"] == 1, 1, chance / (1 - chance))
print(WLS(data["re78"], np.column_stack([data["treat"], x]), weights=weights).fit(cov_type="HC2").params["x1"])
"""


def run() -> list[tuple[str, str]]:
    """Measure both; returns label and figure."""
    import causaldata
    import pandas as pd

    trial = causaldata.nsw_mixtape.load_pandas().data
    people = pd.concat([trial[trial["treat"] == 1], causaldata.cps_mixtape.load_pandas().data])
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "people.csv"
        people.to_csv(path, index=False)
        words = [
            "impact",
            "estimate",
            str(path),
            "--treatment",
            "treat",
            "--outcome",
            "re78",
            "--covariates",
            COVARIATES,
        ]
        ours = _seconds([str(Path(sys.executable).parent / "workforce"), *words])
        bare = _seconds([sys.executable, "-c", BARE, str(path), COVARIATES])
    return [
        ("input", f"{len(people):,} people, 8 covariates"),
        ("workforce impact estimate", f"{ours:.1f} s"),
        ("statsmodels alone: logit, weighted regression", f"{bare:.1f} s"),
        ("ratio", f"{ours / bare:.2f}"),
    ]


def _seconds(command: list[str]) -> float:
    """The better of three runs of a process."""
    found = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        found.append(time.perf_counter() - started)
    return min(found)
