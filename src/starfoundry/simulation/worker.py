"""A process that plays runs: a line of JSON in on standard input, a line of JSON out, until the input ends.

The daemon starts it as a program and imports nothing of it, so that production code knows no sandbox.
"""

import logging
import sys

import msgspec

from starfoundry.forecast.domain.model import Run
from starfoundry.forecast.runtime.workers import Answer, Problem
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.simulation.play import simulate


def main() -> None:
    """Answer every run, one after another."""
    logging.getLogger("starfoundry").setLevel(logging.CRITICAL)  # what a simulated daemon logs is nobody's concern
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(msgspec.json.encode(_answer(line)) + b"\n")
        sys.stdout.buffer.flush()


def _answer(line: bytes) -> Answer:
    try:
        return Answer(outcome=simulate(msgspec.json.decode(line, type=Run)))
    except StarFoundryError as error:
        return Answer(problem=Problem(message=error.message, is_callers=True))
    except Exception as error:  # noqa: BLE001  (whoever asked must hear of it; the next run may do)
        return Answer(problem=Problem(message=f"{type(error).__name__}: {error}"))


if __name__ == "__main__":
    main()
