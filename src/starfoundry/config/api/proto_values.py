"""Conversion of setting values to and from protobuf messages. Only this module knows how each kind is encoded."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starfoundry.config.domain.declarations.setting import Setting
from starfoundry.config.domain.declarations.value_types import Goods, PerGood
from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from starfoundry.wire import daemon_pb2 as pb


def to_wire(config: ManufacturingConfig) -> "pb.ManufacturingConfig":
    """All settings as the protobuf message."""
    return message_of({one.name: getattr(config, one.name) for one in SETTINGS})


def message_of(values: Mapping[str, Any]) -> "pb.ManufacturingConfig":
    """Some settings by name as the protobuf message; the others stay zero."""
    from starfoundry.wire.daemon_pb2 import ManufacturingConfig as Wire  # noqa: PLC0415  (commands import this light)

    return Wire(**{one.name: _written(one, values[one.name]) for one in SETTINGS if one.name in values})


def plain(message: "pb.ManufacturingConfig") -> dict[str, object]:
    """The settings in the message by name, as JSON values."""
    return {one.name: one.kind.write(one.kind.read(one.name, value_in(message, one))) for one in SETTINGS}


def value_in(message: "Message", one: Setting) -> object:
    """The value of one setting in the message, in a form that `read` of its kind accepts."""
    value = getattr(message, one.name)
    if isinstance(one.kind, Goods):
        return list(value.goods if hasattr(value, "goods") else value)
    if isinstance(one.kind, PerGood):
        return dict(value.values if hasattr(value, "DESCRIPTOR") else value)
    return value


def given_in(request: "pb.UpdateManufacturingConfigRequest") -> dict[str, object]:
    """The settings that are present in the request, whatever their values: 0 and an empty text are values."""
    settings = {one.name: one for one in SETTINGS}
    names = [field.name for field, _ in request.ListFields() if field.name in settings]
    return {name: value_in(request, settings[name]) for name in names}


def _written(one: Setting, value: Any) -> Any:  # noqa: ANN401
    written = one.kind.write(value)
    if isinstance(one.kind, PerGood):
        assert isinstance(written, dict), "overrides are nested by good"
        return {f"{good}.{name}": str(each) for good, values in written.items() for name, each in values.items()}
    return written
