"""The build of the program: its version and a digest of its source, the same for the same code on every machine."""

import functools
import hashlib
from importlib.metadata import version
from pathlib import Path

import starfoundry


@functools.cache
def build() -> str:
    """Such as `0.1.0+1f5defb8c0ff`. It differs as soon as one line of the program does."""
    root, digest = Path(starfoundry.__file__).parent, hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)} ".encode())
        digest.update(content)
    return f"{version('starfoundry')}+{digest.hexdigest()[:12]}"
