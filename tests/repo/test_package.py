"""The wheel is whole: installed where nothing else of this repository is, it serves its page and has its client.

Kept apart from the tests of the app, which run from the checkout, where a forgotten file is there all the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tools import docs

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel; the dependencies are lent by the tests' own environment."""
    home = tmp_path_factory.mktemp("package")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(home), str(ROOT)]
    subprocess.run([*pip, *build], check=True)
    (wheel,) = home.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home / "venv")], check=True)
    python = home / "venv" / "bin" / "python"
    subprocess.run(
        [*pip, "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)], check=True
    )
    (site,) = (home / "venv").glob("lib/python*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python.parent


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """An environment without a trace of the checkout."""
    inherited = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "GRADIO_SERVER_PORT")}
    return {**inherited, "HOME": str(tmp_path), "HF_HUB_OFFLINE": "1", "GRADIO_ANALYTICS_ENABLED": "False"}


@pytest.fixture
def address(installed: Path, surroundings: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """Where the console script serves, until the test has ended."""
    with subprocess.Popen(
        [installed / "parameter-playground"],
        cwd=tmp_path,
        env=surroundings,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout
        yield running.stdout.readline().split()[-1]
        running.terminate()


def test_the_console_script_serves_the_page(address: str) -> None:
    """With its scripts and styles, which lie beside the package in the checkout and within it here."""
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as browser:
        page = browser.get("/").text
        assert "Parameter Playground" in page
        for path in ("css/page.css", "icon.svg"):
            assert browser.get(f"/playground/assets/{path}").status_code == 200


def test_the_client_is_there(installed: Path, surroundings: dict[str, str], tmp_path: Path) -> None:
    """`from playground import Client`, from the environment and not from the checkout."""
    asked = [
        str(installed / "python"),
        "-c",
        "import playground; from playground import Client; print(playground.__file__)",
    ]
    said = subprocess.run(asked, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=True)
    assert str(installed.parent) in said.stdout


def test_it_asks_for_the_same_dependencies(installed: Path) -> None:
    """Those of requirements.txt, name by name and pin by pin, but for extras that one asks for by name."""
    (metadata,) = installed.parent.glob("lib/python*/site-packages/parameter_playground-*/METADATA")
    asked = {
        line.partition(": ")[2].lower().replace("_", "-")
        for line in metadata.read_text(encoding="utf-8").splitlines()
        if line.startswith("Requires-Dist") and "extra ==" not in line
    }
    assert asked == {pin.lower().replace("_", "-") for pin, _ in docs.pins(ROOT / "requirements.txt")}
