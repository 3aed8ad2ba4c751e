"""The error families cross gRPC whole."""

import asyncio
import logging

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.kernel.errors import (
    FieldProblem,
    InDoubt,
    Missing,
    NotPermitted,
    Refused,
    Stale,
    StarFoundryError,
    Unavailable,
)
from starfoundry.wire.daemon_pb2 import GetHealthRequest, Health
from starfoundry.wire.daemon_pb2_grpc import (
    DaemonServiceServicer,
    DaemonServiceStub,
    add_DaemonServiceServicer_to_server,
)
from starfoundry.wire.status import InProcessContext, answering, author_of, from_call_error, from_status, to_status
from tests.patience import DEADLINE_SECONDS

FAMILIES = [Refused, Missing, Stale, NotPermitted, Unavailable, InDoubt, StarFoundryError]

texts = st.text(max_size=25)
names = st.from_regex(r"[a-z_]{1,30}", fullmatch=True)
problems = st.lists(
    st.builds(FieldProblem, field=names, given=texts, allowed=texts),
    max_size=8,
    unique_by=lambda problem: problem.field,
)


class Odd(Refused):
    """A room's own kind of refusal."""


@given(st.sampled_from(FAMILIES), texts, problems)
def test_a_family_with_its_words_and_fields_comes_back_as_it_went(family, message, fields):
    error = family(message, fields=tuple(fields))

    back = from_status(to_status(error))

    assert (type(back), back.message, back.fields) == (family, message, tuple(fields))


def test_a_rooms_own_error_arrives_as_its_family():
    assert type(from_status(to_status(Odd("no")))) is Refused


def test_a_foreign_client_reads_family_and_fields_from_the_standard_details():
    info, request = ErrorInfo(), BadRequest()
    status = to_status(Refused.of("max_pipelines", 500, "0 to 100"))

    assert status.details[0].Unpack(info)
    assert status.details[1].Unpack(request)

    assert status.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert (info.reason, info.domain, dict(info.metadata)) == ("Refused", "starfoundry", {"max_pipelines": "500"})
    assert [(v.field, v.description) for v in request.field_violations] == [("max_pipelines", "0 to 100")]


def test_a_status_of_any_error_fits_the_trailer_it_travels_in():
    huge = "é" * 100_000
    fields = tuple(FieldProblem(field=f"field_{n}", given=huge, allowed=huge) for n in range(100))

    assert (
        to_status(Refused(huge, fields=fields)).ByteSize() * 4 / 3 + 500 * 3 < 8 * 1024
    )  # base64, and the message once more


class Raising(DaemonServiceServicer):
    """A daemon whose health is an error."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.seen_author = ""

    @answering
    async def GetHealth(self, request, context):  # noqa: N802  (the method's name on the wire)
        self.seen_author = author_of(context)
        raise self.error


async def called_in_process(servicer):
    return await servicer.GetHealth(GetHealthRequest(), InProcessContext())


async def called_over_a_socket(path, error):
    server = grpc.aio.server()
    add_DaemonServiceServicer_to_server(Raising(error), server)  # type: ignore[abstract]
    server.add_insecure_port(f"unix:{path}")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"unix:{path}") as channel:
            await DaemonServiceStub(channel).GetHealth(GetHealthRequest(), timeout=DEADLINE_SECONDS)
    except grpc.aio.AioRpcError as failure:
        return failure
    finally:
        await server.stop(None)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refused.of("limit", -1, "above 0"), grpc.StatusCode.INVALID_ARGUMENT),
        (Missing("there is no container x"), grpc.StatusCode.NOT_FOUND),
        (Stale("it moved"), grpc.StatusCode.ABORTED),
        (NotPermitted("no"), grpc.StatusCode.PERMISSION_DENIED),
        (Unavailable("later"), grpc.StatusCode.UNAVAILABLE),
        (InDoubt("perhaps"), grpc.StatusCode.UNKNOWN),
    ],
)
def test_each_family_has_its_own_code_on_a_real_socket_and_is_itself_again_behind_it(tmp_path, error, code):
    failure = asyncio.run(called_over_a_socket(tmp_path / "s", error))

    assert failure.code() is code
    back = from_call_error(failure)
    assert (type(back), back.message, back.fields) == (type(error), error.message, error.fields)


def test_what_nobody_foresaw_is_internal_and_told_to_the_log_only(tmp_path, caplog):
    with caplog.at_level(logging.ERROR):
        failure = asyncio.run(called_over_a_socket(tmp_path / "s", ZeroDivisionError("secret of the inside")))

    assert failure.code() is grpc.StatusCode.INTERNAL
    assert "secret" not in failure.details()
    assert "secret of the inside" in caplog.text


def test_a_servicer_called_in_process_raises_the_family():
    with pytest.raises(Missing, match="gone"):
        asyncio.run(called_in_process(Raising(Missing("gone"))))  # type: ignore[abstract]


def test_a_method_that_answers_answers():
    class Healthy(DaemonServiceServicer):
        @answering
        async def GetHealth(self, request, context):  # noqa: N802
            return Health(status="ok")

    assert asyncio.run(called_in_process(Healthy())).status == "ok"  # type: ignore[abstract]


def test_every_field_of_a_request_that_is_wrong_all_over_arrives_within_a_trailer():
    """Of trailers gRPC takes 8 KiB, and a status travels in base64."""
    problems = tuple(FieldProblem(field=f"setting_{n}", given="x" * 200, allowed="y" * 900) for n in range(16))

    status = to_status(Refused("z" * 2000, fields=problems))

    assert [each.field for each in from_status(status).fields] == [each.field for each in problems]
    assert len(status.SerializeToString()) * 4 / 3 < 8 * 1024


def test_a_name_as_long_as_a_book_arrives_cut():
    error = Refused.of("n" * 20_000, "given", "the name of a setting")
    came = from_status(to_status(error))
    (problem,) = came.fields
    assert (len(problem.field) <= 100, problem.given) == (True, "given")
    assert len(to_status(error).SerializeToString()) < 8_000
