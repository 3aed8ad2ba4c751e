"""An etcd of one member with its default durability, put to and watched through its own gRPC interface."""

import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import grpc

T = TypeVar("T")

CLIENT, PEER = "127.0.0.1:23790", "127.0.0.1:23800"
KEY = b"setting"


def put_to_watch(program: str, directory: Path, measured: Callable[[Any], T]) -> T:
    """What `measured` makes of putting a value and waiting until a watcher has it."""
    command = [program, "--data-dir", str(directory), "--log-level", "error"]
    command += ["--listen-client-urls", f"http://{CLIENT}", "--advertise-client-urls", f"http://{CLIENT}"]
    command += ["--listen-peer-urls", f"http://{PEER}", "--initial-advertise-peer-urls", f"http://{PEER}"]
    command += ["--initial-cluster", f"default=http://{PEER}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            with grpc.insecure_channel(CLIENT) as channel:
                grpc.channel_ready_future(channel).result(timeout=30)
                return _measure(channel, measured)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _measure(channel: grpc.Channel, measured: Callable[[Any], T]) -> T:
    put = channel.unary_unary("/etcdserverpb.KV/Put")
    done = threading.Event()
    events: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def requests() -> Iterator[bytes]:
        key = _field(1, KEY)
        yield _field(1, key)  # WatchRequest.create_request
        done.wait()

    answers = channel.stream_stream("/etcdserverpb.Watch/Watch")(requests())

    def read() -> None:
        try:
            for answer in answers:
                events.put(answer)
        except grpc.RpcError:
            pass

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    events.get(timeout=30)  # that the watch is there
    for _ in range(100):
        try:
            put(_field(1, KEY) + _field(2, b"first"), timeout=5)
            break
        except grpc.RpcError:
            time.sleep(0.1)  # it has no leader yet
    events.get(timeout=30)

    def change(number: int) -> None:
        value = f"value {number}".encode()
        put(_field(1, KEY) + _field(2, value), timeout=10)
        while value not in events.get(timeout=10):
            pass

    took = measured(change)
    done.set()
    answers.cancel()
    return took


def _field(number: int, content: bytes) -> bytes:
    assert len(content) < 128, "one byte of length"
    return bytes([number << 3 | 2, len(content)]) + content
