"""For `make coverage`: each worker writes which lines its tests have reached, before it says that it has ended.

Slipcover's own way to bring together what the workers saw told of the controller's lines alone after a whole run.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from slipcover import pytest_plugin


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Where slipcover counts in this process, as it does in a worker."""
    if counted := pytest_plugin._slipcover_instance:
        path = Path(os.environ["REACHED"]) / f"{os.environ['PYTEST_XDIST_WORKER']}.json"
        path.write_text(json.dumps(counted.get_coverage()), encoding="utf-8")
