"""What the webserver and the daemon load (`-m orchestration.definitions`): the environment named by WORKFORCE_HOME."""

from __future__ import annotations

from home import Home
from orchestration.assembly import make_definitions

defs = make_definitions(Home.from_env().ensure())
