"""What belongs to the long campaign is played by `make campaign` only."""

import os

import pytest


def pytest_collection_modifyitems(items):
    """Leave out what is marked as long, unless the environment asks for it."""
    if os.environ.get("CAMPAIGN"):
        return
    for item in items:
        if item.get_closest_marker("campaign"):
            item.add_marker(pytest.mark.skip(reason="long: `make campaign` plays it"))


def pytest_configure(config):
    """Make the mark known."""
    config.addinivalue_line("markers", "campaign: long; only `make campaign` plays it")
