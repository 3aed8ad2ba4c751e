"""A reader that knows nothing but the flat keys of the first design finds the values in force, whatever set them."""

from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.validation import read_texts
from tests.config.floor import ID, PLAYER
from tests.config.hands import SECOND

FIRST_DESIGN = {
    "max_pipelines": 3,
    "max_workers": 5,
    "collect_min_start_supply": "ABUNDANT",
    "collect_min_execute_supply": "HIGH",
    "acquire_min_start_supply": "MODERATE",
    "acquire_min_execute_supply": "LIMITED",
    "min_price": 1000,
    "strategy": "prefer-fabricate",
}
"""Its keys and what it takes for one that is not there."""


async def read_flat(built, container_id):
    """What such a reader works by."""
    _revision, stored = await built.stored(container_id)
    return {key: stored.get(key, default) for key, default in FIRST_DESIGN.items()}


def in_force(view):
    written = view.config.to_map()
    return {key: written[key] for key in FIRST_DESIGN}


def test_after_every_kind_of_change_the_flat_keys_hold_what_is_in_force(with_hands):
    async def body(hands):
        steps = [
            lambda: hands.defaults(max_workers=9, strategy="smart"),
            lambda: hands.apply("aggressive"),
            lambda: hands.apply_patch(values=read_texts({"max_pipelines": "7", "min_purchase_price": "50"})),
            lambda: hands.apply_patch(values=read_texts({"good_overrides": "IRON.min_purchase_price=1"})),
            lambda: hands.apply_patch(pin=("acquire_min_start_supply",)),
            lambda: hands.apply("conservative", besides=Patch(clear_hiding=True)),
            lambda: hands.apply_patch(unset=("max_pipelines", "min_purchase_price")),
            lambda: hands.floor.service.rollback(PLAYER, ID, 2, hands.by(), Preconditions()),
            lambda: hands.apply(""),
            lambda: hands.defaults(unset=("strategy",)),
        ]
        seen = []
        for step in steps:
            await step()
            seen += [(await read_flat(hands.floor, each), in_force(await hands.view(each))) for each in (ID, SECOND)]
        return seen

    seen = with_hands(body)
    assert [flat for flat, _ in seen] == [force for _, force in seen]
    assert len({str(flat) for flat, _ in seen}) > 5, "the steps did change what is in force"


def test_what_the_older_program_then_writes_into_them_is_in_force_here(with_hands):
    async def body(hands):
        await hands.apply("aggressive")
        _revision, stored = await hands.floor.stored()
        await hands.floor.overwrite({**stored, "max_pipelines": 2, "min_price": 77})
        view = await hands.view()
        return (
            view.config.max_pipelines,
            view.config.min_purchase_price,
            view.quarantine.keys(),
            await read_flat(hands.floor, ID),
            in_force(view),
        )

    pipelines, price, quarantined, flat, force = with_hands(body)
    assert (pipelines, price) == (2, 77)
    assert flat == force
    assert set(quarantined) == {"from_a_newer_version"}
