"""What is released: the same wheel from the same source, with a list of what it runs with, that can be installed."""

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.house import sbom
from tests.house.source import ROOT
from tests.patience import DEADLINE_SECONDS
from tests.stories.programs import BIN

pytestmark = pytest.mark.processes


def done(*words, **environment):
    """What a program that must succeed wrote."""
    ended = subprocess.run(
        list(map(str, words)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_SECONDS,
        env={**os.environ, **environment},
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """Two wheels, built one after the other."""
    folders = [tmp_path_factory.mktemp("wheel") for _ in range(2)]
    for folder in folders:
        done(BIN / "hatchling", "build", "-t", "wheel", "-d", folder)
    return [next(folder.glob("*.whl")) for folder in folders]


def test_the_same_source_gives_the_same_wheel(wheels):
    first, second = (hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels)

    assert first == second


def test_the_wheel_holds_the_list_of_what_it_runs_with(wheels):
    with zipfile.ZipFile(wheels[0]) as wheel:
        (name,) = [each for each in wheel.namelist() if each.endswith("dist-info/sboms/sbom.cdx.json")]
        listed = json.loads(wheel.read(name))

    assert {"aiohttp", "grpcio", "cryptography", "sqlalchemy"} <= {each["name"] for each in listed["components"]}


def test_the_list_is_that_of_the_locked_requirements():
    """`make sbom` writes it."""
    assert sbom.FILE.read_text() == sbom.written()
    assert {each["name"] for each in sbom.document()["components"]} <= set(sbom.locked())


def test_an_image_gets_what_the_program_runs_with_and_nothing_else():
    """`make lock` writes both lists."""
    pins, needed = sbom.locked(), sbom.needed()

    assert sbom.locked(ROOT / "requirements" / "runtime.txt") == {name: pins[name] for name in pins if name in needed}


def test_every_locked_requirement_is_pinned_with_hashes():
    assert [name for name, (_version, hashes) in sbom.locked().items() if not hashes] == []


def test_the_wheel_can_be_installed_and_its_programs_start(wheels, tmp_path):
    done(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    packages = Path(done(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    done(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheels[0])
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")  # what it needs is here already

    where = done(python, "-c", "import starfoundry.cli.main as main; print(main.__file__)").strip()
    told = done(tmp_path / "venv" / "bin" / "spacetraders", "--version")
    page = packages / "starfoundry" / "dashboard" / "page" / "index.html"

    assert Path(where).is_relative_to(packages)
    assert "0.1.0" in told
    assert page.exists()
    assert done(tmp_path / "venv" / "bin" / "spacetraders-daemon", "--help")
