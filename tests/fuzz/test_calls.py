"""A whole daemon, called with requests that are valid messages and make no sense: each is answered or refused.

What is refused changes nothing that is stored.
"""

import asyncio
import os
import random  # noqa: TID251  (one seed, one sequence)

import sqlalchemy as sa
from google.protobuf.descriptor import FieldDescriptor

from starfoundry.drill.machine import machine, new_universe
from starfoundry.drill.setup import open_scene
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.store.tables.columns import metadata
from starfoundry.store.tables.schema import intents, players
from starfoundry.wire import daemon_pb2 as wire

CALLS = int(os.environ.get("FUZZ_INPUTS", "7500")) // 25
SEED = int(os.environ.get("FUZZ_SEED", "1"))

SETTLE_SECONDS = 5.0
"""Of virtual time: by then the coordinator has taken up, or refused and put back, what the call before has changed."""

METHODS = [
    method
    for method in wire.DESCRIPTOR.services_by_name["DaemonService"].methods
    if not method.server_streaming and method.name not in ("RegisterPlayer", "AddPlayer")
]
TEXTS = [
    "",
    "x",
    "\x1b[2J",
    "' OR 1=1 --",
    "x" * 3_000,
    "\u202e",
    "FOUNDRY",
    "X1",
    "IRON",
    "max_workers",
    "-1",
    "NaN",
    "🛰",
    "a.b",
]
NUMBERS = [0, 1, -1, 2, 7, 100, 2**31 - 1, -(2**31)]


def filled(message, chance, known, depth=0):
    """The message with some of its fields set to odd values, or to those of things that exist."""
    for field in message.DESCRIPTOR.fields:
        if chance.random() < 0.45 or depth > 2:
            continue
        if field.type == FieldDescriptor.TYPE_MESSAGE and field.message_type.GetOptions().map_entry:
            if field.message_type.fields_by_name["value"].type == FieldDescriptor.TYPE_STRING:
                getattr(message, field.name)[chance.choice(TEXTS)] = chance.choice(TEXTS)
        elif field.type == FieldDescriptor.TYPE_MESSAGE:
            inner = getattr(message, field.name)
            filled(inner.add() if field.is_repeated else inner, chance, known, depth + 1)
        else:
            value = _value(field, chance, known)
            if field.is_repeated:
                getattr(message, field.name).append(value)
            else:
                setattr(message, field.name, value)
    return message


def _value(field, chance, known):
    if field.type == FieldDescriptor.TYPE_STRING:
        return chance.choice(TEXTS + known)
    if field.type == FieldDescriptor.TYPE_BOOL:
        return chance.random() < 0.5
    if field.name == "player_id":
        return chance.choice([1, 1, 1, *NUMBERS])
    if field.name.endswith("milliseconds"):
        return chance.choice([0, 1, -1])
    return chance.choice(NUMBERS)


def stored(connection):
    """Every row of what only callers change, and every call of the game that was made for a caller.

    A player's credits are not among them: coordinators sell while a JettisonCargo, then refused, waits for its ship.
    """
    tables = [each for each in metadata.sorted_tables if each.name.startswith(("config_", "access_", "players"))]
    columns = {each.name: [one for one in each.columns if one is not players.c.credits] for each in tables}
    found = {name: sorted(map(str, connection.execute(sa.select(*kept)))) for name, kept in columns.items()}
    of_callers = intents.select().where(intents.c.container_id == "", intents.c.state == "APPLIED")
    return found | {"calls": sorted(map(str, connection.execute(of_callers)))}


def test_each_call_is_answered_or_refused_and_what_is_refused_changes_nothing(tmp_path, figure):
    async def main():
        chance = random.Random(SEED)
        ends = {"answered": 0, "refused": 0}
        broken = []
        async with machine(new_universe(1), tmp_path) as running:
            scene = await open_scene(running.operator)
            known = [scene.manufacturing_id, "FOUNDRY-1"]
            before = await running.daemon.database.read(stored)
            for _ in range(CALLS):
                method = chance.choice(METHODS)
                request = filled(getattr(wire, method.input_type.name)(), chance, known)
                try:
                    await running.operator.call(method.name, request)
                    ends["answered"] += 1
                    await asyncio.sleep(SETTLE_SECONDS)
                except StarFoundryError as error:
                    ends["refused"] += 1
                    if type(error) is StarFoundryError:
                        broken.append((method.name, str(request)[:300], error.message))
                    after = await running.daemon.database.read(stored)
                    if after != before:
                        changed = [name for name in after if after[name] != before[name]]
                        broken.append((method.name, str(request)[:300], f"it was refused and changed {changed}"))
                before = await running.daemon.database.read(stored)
        return ends, broken

    ends, broken = run(main())

    figure("fuzzed calls of a daemon", sum(ends.values()), len(broken))
    assert broken[:3] == []
    assert min(ends.values()) > CALLS // 50
