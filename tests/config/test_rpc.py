"""The two calls of the wire contract, in process and once through a real socket."""

import asyncio
from functools import partial
from typing import Any

import grpc
import pytest

from starfoundry.config.api.proto_values import to_wire
from starfoundry.config.api.rpc import ConfigRpc
from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import PlayerId
from starfoundry.wire import daemon_pb2 as pb
from starfoundry.wire import daemon_pb2_grpc as pb_grpc
from starfoundry.wire.calling import AUTHOR_KEY
from starfoundry.wire.status import answering, from_call_error
from tests.config.floor import ID, PLAYER, STRANGER, floor


class _Gate:
    """Lets the owner in, and nobody else."""

    def sees(self, player_id, context):
        return True

    async def admit(self, player_id, context):
        if player_id not in (PLAYER, STRANGER):
            raise Missing(f"there is no player {player_id}")
        return PlayerId(player_id)


class _Context:
    """A caller with a name."""

    def invocation_metadata(self):
        return ((AUTHOR_KEY, "ada"),)


@pytest.fixture
def with_rpc(tmp_path):
    """Runs `body(rpc, floor)` in virtual time, with a coordinator running where asked for."""

    def start(body, *, is_running=True):
        async def main():
            async with floor(tmp_path) as built:
                await built.add()
                if is_running:
                    built.start(busy_seconds=0.003)
                    await asyncio.sleep(1)
                return await body(ConfigRpc(built.service, _Gate()), built)

        return run(main())

    return start


def update(**fields):
    return pb.UpdateManufacturingConfigRequest(container_id=ID, player_id=PLAYER, **fields)


def ask(player_id=PLAYER):
    return pb.GetManufacturingConfigRequest(container_id=ID, player_id=player_id)


def test_get_answers_with_the_design_s_fields_and_the_revisions(with_rpc):
    async def body(rpc, _built):
        return await rpc.GetManufacturingConfig(ask(), _Context())

    answer = with_rpc(body)
    assert answer.config == pb.ManufacturingConfig(
        max_pipelines=3,
        max_workers=5,
        collect_min_start_supply="ABUNDANT",
        collect_min_execute_supply="HIGH",
        acquire_min_start_supply="MODERATE",
        acquire_min_execute_supply="LIMITED",
        min_purchase_price=1000,
        strategy="prefer-fabricate",
        chain_stop_loss=250_000,
        max_api_share=100,
        market_max_age=180,
        trade_max_ships=1000,
        trade_min_start_supply="MODERATE",
        trade_min_execute_supply="LIMITED",
        trade_min_margin=40,
    )
    assert (answer.container_status, answer.system_symbol) == ("RUNNING", "X1-YZ19")
    assert (answer.revision, answer.observed_revision) == (1, 1)


def test_update_changes_what_is_set_and_says_what_that_did(with_rpc):
    async def body(rpc, built):
        answer = await rpc.UpdateManufacturingConfig(update(max_pipelines=5, max_workers=8), _Context())
        return answer, (await built.history())[-1]

    answer, row = with_rpc(body)
    assert answer.success
    assert answer.current_config == to_wire(ManufacturingConfig(max_pipelines=5, max_workers=8))
    assert (answer.revision, answer.observed_revision, answer.state) == (2, 2, "APPLIED")
    assert 3_000 <= answer.applied_after_microseconds < 6_000
    assert answer.message.startswith("revision 2 in force after ")
    assert answer.message.endswith(" ms: 5 pipelines")
    assert list(answer.effects) == ["5 pipelines"]
    assert (row.author, row.origin) == ("ada", "rpc")


def test_zero_is_a_value_and_not_an_absent_field(with_rpc):
    async def body(rpc, _built):
        return await rpc.UpdateManufacturingConfig(update(max_pipelines=0), _Context())

    assert with_rpc(body).current_config.max_pipelines == 0


def test_an_empty_level_is_a_wrong_value_and_not_an_absent_field(with_rpc):
    async def body(rpc, _built):
        with pytest.raises(Refused, match="collect_min_start_supply"):
            await rpc.UpdateManufacturingConfig(update(collect_min_start_supply=""), _Context())

    with_rpc(body)


def test_an_update_of_nothing_answers_with_the_present_revision(with_rpc):
    async def body(rpc, _built):
        return await rpc.UpdateManufacturingConfig(update(), _Context())

    answer = with_rpc(body)
    assert (answer.success, answer.revision, answer.message) == (True, 1, "nothing changed: revision 1 is in force")


def test_without_waiting_the_answer_says_that_it_is_not_in_force_yet(with_rpc):
    async def body(rpc, _built):
        return await rpc.UpdateManufacturingConfig(update(max_pipelines=5, wait_milliseconds=0), _Context())

    answer = with_rpc(body)
    assert (answer.state, answer.revision, answer.observed_revision) == ("PENDING", 2, 1)
    assert answer.applied_after_microseconds == 0
    assert "not applied it yet" in answer.message


@pytest.mark.parametrize("wait", [-1, 60_001])
def test_a_wait_out_of_range_is_refused_before_anything_is_changed(with_rpc, wait):
    async def body(rpc, built):
        with pytest.raises(Refused, match="wait_milliseconds"):
            await rpc.UpdateManufacturingConfig(update(max_pipelines=5, wait_milliseconds=wait), _Context())
        return (await built.stored())[0]

    assert with_rpc(body) == 1


def test_a_caller_without_a_name_is_recorded_as_unknown(with_rpc):
    async def body(rpc, built):
        await rpc.UpdateManufacturingConfig(update(max_pipelines=5), object())
        return (await built.history())[-1].author

    assert with_rpc(body) == "unknown"


@pytest.mark.parametrize("player_id", [STRANGER, 99])
def test_a_foreign_and_an_absent_player_see_nothing(with_rpc, player_id):
    async def body(rpc, built):
        with pytest.raises(Missing):
            await rpc.GetManufacturingConfig(ask(player_id), _Context())
        request = pb.UpdateManufacturingConfigRequest(container_id=ID, player_id=player_id, max_pipelines=5)
        with pytest.raises(Missing):
            await rpc.UpdateManufacturingConfig(request, _Context())
        return (await built.stored())[0]

    assert with_rpc(body) == 1


# Through a real socket, in real time: the names on the wire, the codes, and a client that hangs up.


def _handler(method: Any, rpc: ConfigRpc, request: Any) -> Any:
    return grpc.unary_unary_rpc_method_handler(
        partial(answering(method), rpc),
        request_deserializer=request.FromString,
        response_serializer=lambda answer: answer.SerializeToString(),
    )


def _handlers(rpc):
    """The two calls under the names of the wire."""
    methods = {
        "GetManufacturingConfig": _handler(ConfigRpc.GetManufacturingConfig, rpc, pb.GetManufacturingConfigRequest),
        "UpdateManufacturingConfig": _handler(
            ConfigRpc.UpdateManufacturingConfig, rpc, pb.UpdateManufacturingConfigRequest
        ),
    }
    return grpc.method_handlers_generic_handler("daemon.DaemonService", methods)


@pytest.fixture
def through_socket(tmp_path):
    """Runs `body(stub, floor)` with a coordinator and a server on a unix socket."""

    def start(body):
        async def main():
            async with floor(tmp_path) as built:
                await built.add()
                life = built.start()
                rpc = ConfigRpc(built.service, _Gate())

                server = grpc.aio.server()
                server.add_generic_rpc_handlers((_handlers(rpc),))
                address = f"unix:{tmp_path}/daemon.sock"
                server.add_insecure_port(address)
                await server.start()
                try:
                    async with grpc.aio.insecure_channel(address) as channel:
                        return await body(channel, built)
                finally:
                    await server.stop(None)
                    life.cancel()
                    await asyncio.gather(life, return_exceptions=True)

        return asyncio.run(main())

    return start


def test_a_client_that_knows_only_the_design_s_names_and_numbers_works(through_socket):
    """The method's path and the field numbers are those of the page; nothing of ours is used to send them."""

    async def body(channel, _built):
        call = channel.unary_unary("/daemon.DaemonService/UpdateManufacturingConfig")
        container_id = b"\x0a" + bytes([len(ID)]) + ID.encode()  # field 1, text
        player_id = b"\x10\x0c"  # field 2, number 12
        max_pipelines = b"\x18\x05"  # field 3, number 5
        return await call(container_id + player_id + max_pipelines)

    answer = pb.UpdateManufacturingConfigResponse.FromString(through_socket(body))
    assert (answer.success, answer.current_config.max_pipelines, answer.state) == (True, 5, "APPLIED")


def test_wrong_values_arrive_as_invalid_argument_with_their_fields(through_socket):
    async def body(channel, _built):
        stub = pb_grpc.DaemonServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.UpdateManufacturingConfig(update(max_pipelines=101, collect_min_start_supply="HGIH"))
        return caught.value

    error = through_socket(body)
    refused = from_call_error(error)
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert isinstance(refused, Refused)
    assert [(problem.field, problem.given) for problem in refused.fields] == [
        ("max_pipelines", "101"),
        ("collect_min_start_supply", "HGIH"),
    ]


def test_another_player_s_container_arrives_as_not_found(through_socket):
    async def body(channel, _built):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await pb_grpc.DaemonServiceStub(channel).GetManufacturingConfig(ask(STRANGER))
        return caught.value.code()

    assert through_socket(body) is grpc.StatusCode.NOT_FOUND


def test_a_client_that_hangs_up_while_it_waits_has_made_its_change(through_socket):
    async def body(channel, built):
        await built.becomes("RUNNING")
        built.wait_until_decided.clear()
        call = pb_grpc.DaemonServiceStub(channel).UpdateManufacturingConfig(update(max_pipelines=7))
        await asyncio.sleep(0.002)
        call.cancel()
        for _ in range(200):
            await asyncio.sleep(0.01)
            revision, config = await built.stored()
            wait_until_decided = built.wait_until_decided.get(ID)
            if revision == 1 or (wait_until_decided and wait_until_decided[-1].revision == revision):
                break
        return revision == 1 or wait_until_decided[-1].config == ManufacturingConfig.from_map(config)

    assert through_socket(body)
