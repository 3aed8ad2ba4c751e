"""A ship the game cannot tell anything of is left alone, and nobody else suffers from it."""

import asyncio

import pytest

from starfoundry.fleet.registry.quarantine import PROBE_PAUSES, ShipQuarantined
from starfoundry.game.transport.transport import Response
from starfoundry.kernel.errors import Missing, Unavailable
from tests.fleet.harbour import FRIGATE, PROBE, a_hop, fly, in_harbour

TROUBLE = Response(status=500, headers={}, body=b'{"error":{"message":"oh no","code":500}}')
NONSENSE = Response(status=200, headers={}, body=b'{"data":{"symbol":"FOUNDRY-1"}}')
MINUTES = 300.0


def answering(answer, *, also=()):
    """A server that answers like this whatever names the frigate, and whatever paths are in `also`."""

    def meddle(request):
        path = request.path.partition("?")[0]
        return answer if FRIGATE in path.split("/") or path in also else None

    return meddle


def well(_request):
    return None


@pytest.mark.parametrize("answer", [TROUBLE, NONSENSE])
def test_a_flight_with_a_broken_ship_ends_and_says_why(tmp_path, answer):
    async def work(harbour):
        harbour.wire.meddle = answering(answer)
        with pytest.raises(ShipQuarantined, match="answers for everything except this ship"):
            async with harbour.session.quarantine.working_with(FRIGATE):
                await fly(harbour, FRIGATE, a_hop(harbour))
        session = harbour.session
        return (
            session.quarantine.of(FRIGATE),
            session.quarantine.of(PROBE),
            session.found_conditions(harbour.clock.now()),
        )

    frigate, probe, conditions = in_harbour(tmp_path, work)

    assert frigate is not None
    assert probe is None
    assert [(each.kind, each.subject) for each in conditions] == [("ship-quarantined", FRIGATE)]
    assert conditions[0].reason.startswith("FOUNDRY-1 is quarantined: the game answers for everything except this ship")


def test_a_server_that_is_down_is_no_broken_ship(tmp_path):
    async def work(harbour):
        harbour.wire.meddle = lambda _request: TROUBLE
        flying = asyncio.create_task(fly(harbour, FRIGATE, a_hop(harbour)))
        await asyncio.sleep(60)
        harbour.wire.meddle = well
        await flying
        return harbour.session.quarantine.ships()

    assert in_harbour(tmp_path, work) == ()


def test_a_ship_that_is_well_again_is_found_so_by_itself(tmp_path):
    async def work(harbour):
        harbour.wire.meddle = answering(TROUBLE)
        harbour.session.quarantine.suspect(FRIGATE, "a test")
        await asyncio.sleep(PROBE_PAUSES.first_seconds)
        during = harbour.session.quarantine.of(FRIGATE)
        harbour.wire.meddle = well
        version = harbour.session.roster.changed.version
        await asyncio.sleep(MINUTES)
        return during, harbour.session.quarantine.of(FRIGATE), harbour.session.roster.changed.version - version

    during, after, news = in_harbour(tmp_path, work)

    assert during is not None
    assert after is None
    assert news > 0


def test_it_is_asked_for_ever_more_seldom(tmp_path):
    async def work(harbour):
        harbour.wire.meddle = answering(TROUBLE)
        harbour.session.quarantine.suspect(FRIGATE, "a test")
        await asyncio.sleep(MINUTES)
        mark = len(harbour.wire.asked)
        await asyncio.sleep(6 * 3_600)
        return len(harbour.wire.asked) - mark

    assert in_harbour(tmp_path, work) <= 6 * 4 * 5 + 10  # a quarter of an hour apart, five attempts each


def test_the_operator_may_end_it_and_whoever_was_never_ill_cannot_be_released(tmp_path):
    async def work(harbour):
        quarantine = harbour.session.quarantine
        await quarantine.admit(FRIGATE, "a test")
        harbour.wire.meddle = answering(TROUBLE)
        await quarantine.release(FRIGATE)
        with pytest.raises(Missing, match="is not quarantined"):
            await quarantine.release(FRIGATE)
        return quarantine.ships()

    assert in_harbour(tmp_path, work) == ()


@pytest.mark.parametrize("answer", [TROUBLE, NONSENSE])
def test_a_daemon_starts_though_the_list_of_ships_fails_because_of_one(tmp_path, answer):
    async def work(harbour):
        await harbour.session.close()
        harbour.wire.meddle = answering(answer, also=("/my/ships",))
        session = await harbour.reopened()
        with pytest.raises(Unavailable, match="nothing is known of FOUNDRY-1"):
            await session.quarantine.release(FRIGATE)
        there = [ship.symbol for ship in session.roster.ships()]
        await session.close()
        return there, [each.ship for each in session.quarantine.ships()], session.fleet_size()

    assert in_harbour(tmp_path, work) == ([PROBE], [FRIGATE], 2)


def test_a_quarantine_outlives_the_daemon_and_ends_after_it(tmp_path):
    async def work(harbour):
        await harbour.session.quarantine.admit(FRIGATE, "a test")
        before = harbour.session.quarantine.of(FRIGATE)
        await harbour.session.close()
        await asyncio.sleep(MINUTES)
        session = await harbour.reopened()
        kept = session.quarantine.of(FRIGATE)
        await asyncio.sleep(MINUTES)
        after = session.quarantine.of(FRIGATE)
        await session.close()
        return before, kept, after

    before, kept, after = in_harbour(tmp_path, work)

    assert kept == before
    assert after is None


def test_a_list_that_fails_while_no_ship_answers_is_a_server_that_is_down(tmp_path):
    def meddle(request):
        return TROUBLE if request.path.startswith("/my/ships") else None

    async def work(harbour):
        await harbour.session.close()
        harbour.wire.meddle = meddle
        with pytest.raises(Unavailable):
            await harbour.reopened()
        harbour.wire.meddle = well
        session = await harbour.reopened()
        await session.close()
        return session.quarantine.ships()

    assert in_harbour(tmp_path, work) == ()
