"""A workplace for every story."""

import pytest

from tests.stories.programs import Workplace


@pytest.fixture
def workplace(tmp_path):
    """A fresh data directory, and the programs; whatever still runs at the end is ended."""
    place = Workplace(data_dir=tmp_path / "data")
    yield place
    place.close()
