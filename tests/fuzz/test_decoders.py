"""No input makes a reader end in anything but a value or the refusal that it promises.

`make fuzz` gives each a million inputs in all; here each gets a few hundred.
"""

import os

import pytest

from tests.fuzz.mutation import inputs
from tests.fuzz.targets import TARGETS

COUNT = int(os.environ.get("FUZZ_INPUTS", "7500")) // len(TARGETS)
SEED = int(os.environ.get("FUZZ_SEED", "1"))


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_reader_reads_or_refuses_whatever_it_is_given(target, figure):
    broken = []
    for number, content in enumerate(inputs(target.corpus, SEED, COUNT)):
        try:
            target.read(content)
        except target.refusals:
            continue
        except Exception as error:  # noqa: BLE001  (any other end is what is looked for)
            broken.append((number, content, error))

    figure("fuzzed inputs to readers", COUNT, len(broken))
    assert [(number, content[:200], repr(error)) for number, content, error in broken[:3]] == []
