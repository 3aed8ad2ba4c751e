"""World files and where they come from."""

import base64
import io
from pathlib import Path

import pytest

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.sandbox.control import world_sources
from starfoundry.sandbox.control.controller import SandboxController
from starfoundry.sandbox.control.snapshots import SnapshotUnpickler
from starfoundry.sandbox.economy.market_good import MarketGood
from tests.sandbox.player import HandClock

GOOD_WITH_STOCK = (
    "gAWVTQEAAAAAAACMJ3N0YXJmb3VuZHJ5LnNhbmRib3guZWNvbm9teS5tYXJrZXRfZ29vZJSMCk1hcmtldEdvb2SUk5QpgZROfZQojARnb29klIwE"
    "SVJPTpSMBmlucHV0c5QpjARraW5klIwZc3RhcmZvdW5kcnkua2VybmVsLnN1cHBseZSMCVRyYWRlS2luZJSTlIwGRVhQT1JUlIWUUpSMB291dHB1"
    "dHOUKYwGcGVyaW9klEsAjARyYXRllEcAAAAAAAAAAIwJc3RlZXBuZXNzlEs8jAV1bml0c5RLlowGdm9sdW1llEs8jAp2b2x1bWVfbWF4lEsAjAVf"
    "YmFzZZRLUIwGX3N0b2NrlIwhc3RhcmZvdW5kcnkuZ2FtZS5tYXJrZXRfbGF3LnN0b2NrlIwLTWFya2V0U3RvY2uUk5QpgZRdlChoDktQSzxLPEuW"
    "iGVidYaUYi4="
)
"""60 units of trade volume and 150 units of IRON, as files kept them when they kept the computed stock as well."""


def test_a_snapshot_goes_on(tmp_path: Path) -> None:
    control = SandboxController.of(8, HandClock(), universe_config=world_sources.universe_config_of("poor", 4))
    file = tmp_path / "world"
    file.write_bytes(control.snapshot())
    from_snapshot = world_sources.open_world(file, HandClock(), speed=1, seed=99)

    assert (from_snapshot.universe.seed, from_snapshot.universe.universe_config.name) == (8, "poor")
    assert len(from_snapshot.universe.galaxy.stars) == 4


@pytest.mark.parametrize("systems", [0, 10_001])
def test_there_are_bounds_to_a_galaxy(systems: int) -> None:
    with pytest.raises(Refused, match="systems"):
        world_sources.universe_config_of(None, systems)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="no world file"):
        world_sources.open_world(tmp_path / "gone", HandClock(), speed=1, seed=1)


def test_a_good_of_an_earlier_file_is_read_and_its_stock_computed_anew() -> None:
    good = SnapshotUnpickler(io.BytesIO(base64.b64decode(GOOD_WITH_STOCK)), {}).load()

    assert isinstance(good, MarketGood)
    assert (good.good, good.stock.units, good.stock.trade_volume, good.stock.base) == ("IRON", 150, 60, 80)
