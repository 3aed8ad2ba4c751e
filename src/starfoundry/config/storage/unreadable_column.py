"""Settings lost in a stored column that cannot be read."""

from collections.abc import Mapping

from starfoundry.config.domain.layers import LayerValue
from starfoundry.config.domain.validation import BY_NAME
from starfoundry.store.tables.columns import UNREADABLE

NO_OBJECT = "must be a JSON object"


def lost_settings(read: Mapping[str, object], entries: Mapping[str, LayerValue]) -> frozenset[str]:
    """The settings for which this column may have held a value that is not among its entries."""
    readable = BY_NAME if UNREADABLE in read else read
    return frozenset(name for name in BY_NAME if name in readable and name not in entries)
