"""Fetches the page's JavaScript libraries from npm: `python -m tests.house.libraries`.

requirements/browser.json names each with its version, licence and hash, and which of its files lie where in the
project, with theirs. A file whose hash is another is not written.
"""

import base64
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.house.source import ROOT

MANIFEST = ROOT / "requirements" / "browser.json"


@dataclass(frozen=True)
class Vendored:
    """One file of a library: its name in the package, where it lies here, and its SHA-256."""

    name: str
    path: Path
    sha256: str


def libraries() -> list[dict[str, Any]]:
    """What the manifest says."""
    return list(json.loads(MANIFEST.read_text())["libraries"])


def files(library: dict[str, Any]) -> Iterator[Vendored]:
    """The files of a library that lie in the project."""
    for each in library["files"]:
        yield Vendored(each["name"], ROOT / each["path"], each["sha256"])


def fetch(library: dict[str, Any]) -> None:
    """Download the library's package and put its files where they lie; refuses what has another hash."""
    with urlopen(library["package"]) as answer:
        package = answer.read()
    algorithm, _, wanted = library["integrity"].partition("-")
    digest = base64.b64encode(hashlib.new(algorithm, package).digest()).decode()
    assert digest == wanted, f"{library['package']} has the hash {algorithm}-{digest}"
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        for file in files(library):
            member = archive.extractfile(f"package/{file.name}")
            assert member is not None, f"{library['name']} has no file {file.name}"
            content = member.read()
            found = hashlib.sha256(content).hexdigest()
            assert found == file.sha256, f"{file.name} of {library['name']} has the hash {found}"
            file.path.parent.mkdir(parents=True, exist_ok=True)
            file.path.write_bytes(content)


if __name__ == "__main__":
    for each in libraries():
        fetch(each)
