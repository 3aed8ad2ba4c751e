"""The least that a gRPC server does for very many streams: `stream_yardstick.py SOCKET` tells each one message, once.

It answers the watchers of `watchers.py` on the daemon's own methods, with messages made beforehand and nothing behind
them: no store, no order, no resuming. What it takes is what gRPC takes.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator

import grpc

from starfoundry.config.api.proto_values import to_wire
from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.daemon.server import CONCURRENT_CALLS_MAX, SERVICE
from starfoundry.wire import daemon_pb2 as wire

FIRST = wire.ConfigEvent(kind="SNAPSHOT", revision=1).SerializeToString()


async def serve(socket: str) -> None:
    """Serve until told to end: a change, of anything, is what every watcher is told of."""
    is_changed = asyncio.Event()
    told = b""

    async def watch(_request: bytes, _context: object) -> AsyncIterator[bytes]:
        yield FIRST
        await is_changed.wait()
        yield told
        await asyncio.Event().wait()

    async def change(request: bytes, _context: object) -> bytes:
        nonlocal told
        revision = wire.UpdateManufacturingConfigRequest.FromString(request).min_purchase_price
        event = wire.ConfigEvent(kind="CHANGED", revision=revision, config=to_wire(ManufacturingConfig()))
        told = event.SerializeToString()
        is_changed.set()
        return b""

    server = grpc.aio.server(maximum_concurrent_rpcs=CONCURRENT_CALLS_MAX)
    methods = {
        "WatchConfig": grpc.unary_stream_rpc_method_handler(watch),
        "UpdateManufacturingConfig": grpc.unary_unary_rpc_method_handler(change),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, methods),))
    server.add_insecure_port(f"unix:{socket}")
    await server.start()
    print(json.dumps({"socket": socket, "pid": os.getpid()}), flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await server.stop(None)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
