"""The readers of `targets`, fuzzed by atheris, which keeps every input that reaches new code and goes on from there.

`make fuzz-coverage` gives each reader a minute; `make fuzz-coverage FUZZ_SECONDS=600 ARGS=settings` gives ten to those
with that word in their name. Inputs that reached new code are kept in build/fuzz/corpus, one that breaks a reader in
build/fuzz/broken. Keep such an input as a test.
"""

import re
import subprocess
import sys
from pathlib import Path

from tests.fuzz.targets import TARGETS

BUILD = Path("build/fuzz")
TOLD_CHARACTERS = 3_000
_EXECUTED = re.compile(r"number_of_executed_units: +(\d+)")
_COVERED = re.compile(r"cov: (\d+)")


def main(seconds: str, *words: str) -> int:
    """Fuzz the readers with these words in their names, each in a process of its own; how many broke."""
    chosen = [number for number, target in enumerate(TARGETS) if all(word in target.name for word in words)]
    broken = [number for number in chosen if not _holds(number, seconds)]
    print(f"{len(chosen)} readers fuzzed, broken: {', '.join(TARGETS[number].name for number in broken) or 'none'}")
    return len(broken)


def _holds(number: int, seconds: str) -> bool:
    """Whether nothing broke a reader."""
    child = [sys.executable, "-m", "tests.fuzz.guided_reader", str(number), seconds, str(BUILD)]
    ended = subprocess.run(child, capture_output=True, text=True, check=False)
    executed, covered = (pattern.findall(ended.stderr)[-1:] or ["?"] for pattern in (_EXECUTED, _COVERED))
    print(f"{TARGETS[number].name}: {executed[0]} inputs, {covered[0]} branches and lines", flush=True)
    if ended.returncode:
        print(ended.stdout[-TOLD_CHARACTERS:] + ended.stderr[-TOLD_CHARACTERS:], flush=True)
    return ended.returncode == 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
