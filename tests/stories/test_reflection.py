"""A client that knows nothing of ours: it learns the contract from the daemon itself, as grpcurl does."""

from typing import cast

import grpc
import pytest
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import MessageToDict
from google.protobuf.message_factory import GetMessageClass
from google.rpc.error_details_pb2 import BadRequest  # type: ignore[import-untyped]
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

from tests.patience import DEADLINE_SECONDS


class Stranger:
    """Calls any method by its name, with messages made from what reflection tells."""

    def __init__(self, channel):
        self._channel = channel
        self.told = ProtoReflectionDescriptorDatabase(channel)
        self._service = DescriptorPool(self.told).FindServiceByName("daemon.DaemonService")

    def _typed(self, name, make):
        method = self._service.methods_by_name[name]
        request, answer = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
        path = f"/{self._service.full_name}/{name}"
        serializers = {"request_serializer": request.SerializeToString, "response_deserializer": answer.FromString}
        return request, make(path, **serializers)

    def call(self, name, **fields):
        request, caller = self._typed(name, self._channel.unary_unary)
        return MessageToDict(caller(request(**fields), timeout=DEADLINE_SECONDS), preserving_proto_field_name=True)

    def stream(self, name, **fields):
        request, caller = self._typed(name, self._channel.unary_stream)
        return caller(request(**fields), timeout=DEADLINE_SECONDS)


@pytest.mark.processes
def test_a_stranger_reads_changes_and_watches_settings_by_reflection_alone(workplace):
    workplace.start_daemon("--sandbox", "--seed", "5", "--speed", "20")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    ours = {"container_id": workplace.ask("manufacturing", "start")["container_id"], "player_id": 1}
    with grpc.insecure_channel(f"unix:{workplace.data_dir / 'daemon.sock'}") as channel:
        stranger = Stranger(channel)

        assert {"daemon.DaemonService", "grpc.health.v1.Health"} <= set(stranger.told.get_services())
        assert stranger.call("ListPlayers")["players"][0]["agent"] == "FOUNDRY"
        changed = stranger.call("UpdateManufacturingConfig", **ours, max_pipelines=5, wait_milliseconds=5000)
        assert (changed["state"], changed["revision"]) == ("APPLIED", "2")
        events = stranger.stream("WatchConfig", **ours, after_revision=1)
        assert next(events).config.max_pipelines == 5
        events.cancel()

        with pytest.raises(grpc.RpcError) as refused:
            stranger.call("UpdateManufacturingConfig", **ours, max_pipelines=500)
        violations = BadRequest()
        rpc_status.from_call(cast("grpc.Call", refused.value)).details[1].Unpack(violations)
        assert [each.field for each in violations.field_violations] == ["max_pipelines"]
