"""What is to be said of a column of settings that somebody has spoilt."""

from collections.abc import Mapping

from starfoundry.config.domain.layers import LayerValue
from starfoundry.config.domain.validation import BY_NAME
from starfoundry.store.tables.columns import UNREADABLE

NO_OBJECT = "must be a JSON object"


def lost_in(read: Mapping[str, object], entries: Mapping[str, LayerValue]) -> frozenset[str]:
    """The settings of which this column may have said something that is not among its entries."""
    said = BY_NAME if UNREADABLE in read else read
    return frozenset(name for name in BY_NAME if name in said and name not in entries)
