"""Puts the rooms' doors together into the one service of the wire contract."""

from collections.abc import Awaitable, Callable
from typing import Any

from starfoundry.wire import daemon_pb2
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceServicer
from starfoundry.wire.status import answering

Method = Callable[[Any, Any], Awaitable[Any]]

METHODS: tuple[str, ...] = tuple(
    method.name for method in daemon_pb2.DESCRIPTOR.services_by_name["DaemonService"].methods
)
"""Every method of the contract."""


def compose(*doors: object) -> DaemonServiceServicer:
    """A servicer that hands each call to the door that has a method of its name.

    This is where every method gets `answering`, so that no room can forget it.
    """
    found = {name: _only(name, doors) for name in METHODS}
    methods = {name: _servicer_method(name, method) for name, method in found.items() if method is not None}
    servicer = type("Servicer", (DaemonServiceServicer,), methods)()
    assert isinstance(servicer, DaemonServiceServicer)
    return servicer


def _only(name: str, doors: tuple[object, ...]) -> Method | None:
    owners = [door for door in doors if hasattr(door, name)]
    assert len(owners) <= 1, f"{name} belongs to one door, not to {owners}"
    return getattr(owners[0], name) if owners else None


def _servicer_method(name: str, method: Method) -> Callable[[Any, Any, Any], Awaitable[Any]]:
    async def handed_on(_servicer: object, request: object, context: object) -> object:
        return await method(request, context)

    handed_on.__name__ = name
    return answering(handed_on)
