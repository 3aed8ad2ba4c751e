"""Time that a command of the command line takes, beside `python -c pass`: `python benchmarks/cli.py [ROUNDS]`.

A real daemon with its sandbox answers. Each command is a process of its own, as a person starts it; the commands take
turns, so that a busy moment meets all of them. Told are the fastest and the median of the wall clock, the median of the
processor's time, and how many bare interpreters that is. On a machine that does something else the fastest, the
processor's time and the ratios are what compares.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from starfoundry.terminal.rendering.render import table

ROUNDS = 15
BIN = Path(sys.executable).parent
BARE = "python -c pass"
COMPLETED = ("ship show ", "manufacturing config set min_b")


@dataclass
class Taken:
    """What the runs of one command took, in milliseconds."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def add(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        before, began = _processor_milliseconds(), time.perf_counter()
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wall.append(1000 * (time.perf_counter() - began))
        self.processor.append(_processor_milliseconds() - before)


def _processor_milliseconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (used.ru_utime + used.ru_stime)


def completing(words: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which the program answers a shell that completes the last of these words."""
    line = f"spacetraders {words}"
    return {
        **environment,
        "_SPACETRADERS_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }


def measure(rounds: int, environment: dict[str, str]) -> dict[str, Taken]:
    program = str(BIN / "spacetraders")
    commands: dict[str, tuple[list[str], dict[str, str]]] = {
        BARE: ([sys.executable, "-c", "pass"], environment),
        "--help": ([program, "--help"], environment),
        "health": ([program, "health"], environment),
        "ship list": ([program, "ship", "list"], environment),
        "config set": ([program, "manufacturing", "config", "set", "--max-pipelines", "4", "--no-wait"], environment),
        **{f"Tab behind {words!r}": ([program], completing(words, environment)) for words in COMPLETED},
    }
    taken = {name: Taken() for name in commands}
    for _round in range(rounds):
        for name, (command, environ) in commands.items():
            taken[name].add(command, environ)
    return taken


def told(taken: Mapping[str, Taken]) -> str:
    bare = statistics.median(taken[BARE].processor)
    rows = [
        [
            name,
            round(min(each.wall)),
            round(statistics.median(each.wall)),
            round(statistics.median(each.processor)),
            f"{statistics.median(each.processor) / bare:.1f}",
        ]
        for name, each in taken.items()
    ]
    return table(["Command", "Fastest (ms)", "Median (ms)", "Processor (ms)", "Bare interpreters"], rows)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("STARFOUNDRY_")}
        environment |= {"STARFOUNDRY_DATA_DIR": f"{folder}/data", "XDG_CONFIG_HOME": folder}
        command = [str(BIN / "spacetraders-daemon"), "--sandbox"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as daemon:
            try:
                assert daemon.stdout is not None
                assert daemon.stdout.readline().startswith("ready")
                for words in (["player", "register", "--agent", "FOUNDRY"], ["manufacturing", "start"]):
                    subprocess.run(
                        [str(BIN / "spacetraders"), *words], env=environment, check=True, capture_output=True
                    )
                print(told(measure(rounds, environment)))
            finally:
                daemon.terminate()


if __name__ == "__main__":
    main()
