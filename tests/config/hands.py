"""What an operator does to presets and defaults, on a floor with two coordinators."""

from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.validation import read_texts
from starfoundry.config.service.shared_layers import SharedLayers
from starfoundry.kernel.ids import ContainerId
from tests.config.floor import ID, PLAYER

SECOND = ContainerId("second")


class Hands:
    """What an operator does to the layers of a floor with two coordinators."""

    def __init__(self, built):
        self.floor = built
        self.shared_layers = SharedLayers(built.database, built.bus)

    def by(self):
        return self.floor.service.authorship(author="ada", origin="test")

    async def defaults(self, terms=None, unset=(), pin=(), player=PLAYER, **texts):
        values = read_texts({name: str(text) for name, text in texts.items()})
        return await self.shared_layers.revise_defaults(
            player, Patch(values=values, unset=unset, pin=pin), self.by(), terms or Preconditions()
        )

    async def save(self, name, terms=None, container=None, **texts):
        values = read_texts({key: str(text) for key, text in texts.items()})
        wanted = Patch(values=values)
        return await self.shared_layers.save_preset(
            PLAYER, name, wanted, self.by(), terms or Preconditions(), container_id=container
        )

    async def delete(self, name, terms=None):
        return await self.shared_layers.delete_preset(PLAYER, name, self.by(), terms or Preconditions())

    async def apply(self, name, container=ID, **more):
        return await self.floor.service.apply_preset(PLAYER, container, name, self.by(), Preconditions(), **more)

    async def apply_patch(self, container=ID, **wanted):
        return await self.floor.service.apply_patch(PLAYER, container, Patch(**wanted), self.by(), Preconditions())

    async def view(self, container=ID):
        return await self.floor.service.show(PLAYER, container)
