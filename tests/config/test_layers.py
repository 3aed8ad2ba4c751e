"""Layers, quarantine and revisions as one machine: in whatever order things are done, what is in force is explained."""

import asyncio
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.service.shared_layers import SharedLayers
from starfoundry.kernel.errors import Refused
from tests.config.floor import ID, PLAYER, floor

NAMES = st.sampled_from(["max_pipelines", "max_workers", "min_balance", "strategy"])
VALUES = {
    "max_pipelines": st.integers(0, 100),
    "max_workers": st.integers(1, 1000),
    "min_balance": st.integers(0, 10**6),
    "strategy": st.sampled_from(["smart", "prefer-buy", "prefer-fabricate"]),
}
DEFAULTS = {one.name: one.default for one in SETTINGS}


class Layered(RuleBasedStateMachine):
    """A model of three dictionaries against the real store."""

    def __init__(self):
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self.runner = asyncio.Runner()
        self.context = floor(self.directory)
        self.floor = self.runner.run(self.context.__aenter__())
        self.shared_layers = SharedLayers(self.floor.database, self.floor.bus)
        self.runner.run(self.floor.add())
        self.own, self.preset, self.player = {}, {}, {}
        self.history = {1: dict(DEFAULTS)}
        self.revision = 1

    def teardown(self):
        self.runner.run(self.context.__aexit__(None, None, None))
        self.runner.close()
        shutil.rmtree(self.directory)

    def by(self):
        return self.floor.service.authorship(author="ada", origin="test")

    def apply_patch(self, **wanted):
        call = self.floor.service.apply_patch(PLAYER, ID, Patch(**wanted), self.by(), Preconditions())
        return self.runner.run(call)

    def in_force(self):
        return {**DEFAULTS, **self.player, **self.preset, **self.own}

    @rule(name=NAMES, data=st.data())
    def set(self, name, data):
        value = data.draw(VALUES[name])
        self.apply_patch(values={name: value})
        self.own[name] = value

    @rule(name=NAMES)
    def unset(self, name):
        self.apply_patch(unset=(name,))
        self.own.pop(name, None)

    @rule(name=NAMES)
    def pin(self, name):
        self.own[name] = self.in_force()[name]
        self.apply_patch(pin=(name,))

    @rule(name=NAMES, data=st.data())
    def set_default(self, name, data):
        value = data.draw(VALUES[name])
        self.runner.run(
            self.shared_layers.revise_defaults(PLAYER, Patch(values={name: value}), self.by(), Preconditions())
        )
        self.player[name] = value

    @rule(name=NAMES)
    def unset_default(self, name):
        self.runner.run(self.shared_layers.revise_defaults(PLAYER, Patch(unset=(name,)), self.by(), Preconditions()))
        self.player.pop(name, None)

    @rule(name=NAMES, data=st.data(), is_cleared=st.booleans())
    def apply_preset(self, name, data, is_cleared):
        value = data.draw(VALUES[name])
        self.runner.run(
            self.shared_layers.save_preset(PLAYER, "mine", Patch(values={name: value}), self.by(), Preconditions())
        )
        besides = Patch(clear_hiding=is_cleared)
        call = self.floor.service.apply_preset(PLAYER, ID, "mine", self.by(), Preconditions(), besides=besides)
        self.runner.run(call)
        self.preset = {name: value}
        if is_cleared:
            self.own.pop(name, None)

    @precondition(lambda self: self.preset)
    @rule()
    def an_applied_preset_cannot_be_deleted(self):
        try:
            self.runner.run(self.shared_layers.delete_preset(PLAYER, "mine", self.by(), Preconditions()))
        except Refused:
            return
        raise AssertionError("its values would be gone")

    @rule(data=st.data())
    def roll_back(self, data):
        number = data.draw(st.sampled_from(sorted(self.history)))
        result = self.runner.run(self.floor.service.rollback(PLAYER, ID, number, self.by(), Preconditions()))
        view = self.runner.run(self.floor.service.show(PLAYER, ID))
        assert {name: getattr(view.config, name) for name in DEFAULTS} == self.history[number]
        assert result.revision >= self.revision
        self.own = {name: entry.value for name, entry in view.layers.own.items()}
        self.preset = {name: entry.value for name, entry in view.layers.preset.items()}

    @rule(key=st.sampled_from(["max_workers", "strategy", "min_balance"]), junk=st.sampled_from([None, "many", -5, []]))
    def something_spoils_a_stored_value(self, key, junk):
        _, stored = self.runner.run(self.floor.stored())
        self.runner.run(self.floor.overwrite({**stored, key: junk}))

    @invariant()
    def what_is_in_force_is_the_highest_layer_that_has_a_value_and_every_revision_is_there(self):
        view = self.runner.run(self.floor.service.show(PLAYER, ID))
        assert {name: getattr(view.config, name) for name in DEFAULTS} == self.in_force()
        assert view.layers.values() == self.in_force()
        assert view.revision >= self.revision
        self.revision = view.revision
        self.history.setdefault(int(view.revision), self.in_force())
        rows = self.runner.run(self.floor.history())
        assert [row.revision for row in rows] == list(range(1, self.revision + 1))
        assert ManufacturingConfig.from_map(rows[-1].config) == ManufacturingConfig(**self.in_force())


Layered.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestLayered = Layered.TestCase
