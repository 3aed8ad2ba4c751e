"""The list of all that the program runs with, as CycloneDX, from the locked requirements: written by `make sbom`."""

import json
import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

from tests.house.source import ROOT

FILE = ROOT / "requirements" / "sbom.cdx.json"
LOCKED = ROOT / "requirements" / "locked.txt"

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")
_NAME = re.compile(r"^[A-Za-z0-9._-]+")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def canonical(name: str) -> str:
    """A distribution's name as indexes write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(file: Path = LOCKED) -> dict[str, tuple[str, list[str]]]:
    """The version and the hashes of each pinned distribution, by name."""
    found: dict[str, tuple[str, list[str]]] = {}
    name = ""
    for line in file.read_text().splitlines():
        if pinned := _PINNED.match(line):
            name = canonical(pinned[1])
            found[name] = (pinned[2], [])
        if (one := _HASH.search(line)) and name:
            found[name][1].append(one[1])
    return found


def needed() -> set[str]:
    """Every distribution that the program needs when it runs, on whatever supported Python and system."""
    direct = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    waiting, found = [_name(each) for each in direct], set[str]()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        try:
            requirements = metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # of another system than this
            continue
        waiting += [_name(each) for each in requirements if "extra ==" not in each]
    return found


def document() -> dict[str, Any]:
    """The list, the same for the same locked requirements."""
    pins = locked()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": "starfoundry", "version": version, "bom-ref": "starfoundry"}
        },
        "components": [_component(name, pins[name][0]) for name in sorted(needed()) if name in pins],
    }


def written() -> str:
    """The file's text."""
    return json.dumps(document(), indent=2) + "\n"


def _component(name: str, version: str) -> dict[str, Any]:
    url = f"pkg:pypi/{name}@{version}"
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": url,
        "bom-ref": url,
    }


def _name(requirement: str) -> str:
    match = _NAME.match(requirement)
    assert match is not None, requirement
    return canonical(match[0])


if __name__ == "__main__":
    Path(FILE).write_text(written())
