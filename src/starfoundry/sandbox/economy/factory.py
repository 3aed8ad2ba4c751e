"""A factory: takes in its inputs as their stocks allow, builds them in by the recipe, puts the product on the shelf.

One trade volume of every input makes one trade volume of the product. The fuller its inputs the faster it takes them
in, the fuller its product the slower; what it has taken in of one input waits in its larder for the others.
"""

from collections.abc import Sequence

from starfoundry.kernel.supply import SupplyLevel
from starfoundry.sandbox.chance import Chance, steadily
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.economy.shelf import Shelf
from starfoundry.sandbox.economy.steps import EXPORT_ARRIVES, IMPORT_USED


class Factory:
    """Makes `output` from `inputs`; `quickness` is how fast such a factory is among others.

    `shares` holds, per input, one over the number of factories here that use it.
    """

    __slots__ = ("inputs", "larder", "output", "quickness", "shares")

    def __init__(
        self, *, output: Shelf, inputs: Sequence[Shelf], shares: Sequence[float], quickness: float = 1.0
    ) -> None:
        self.output = output
        self.inputs = tuple(inputs)
        self.shares = tuple(shares)
        self.quickness = quickness
        self.larder = [0.0] * len(self.inputs)

    def pace(self, parameters: EconomyParameters) -> float:
        """What it works at with everything at rest, in transactions an hour."""
        return self.output.tempo * self.quickness * (parameters.restricted_pace if self.output.is_short else 1.0)

    @property
    def is_starving(self) -> bool:
        """Whether an input is SCARCE: then it shows RESTRICTED and works more slowly."""
        return any(shelf.stock.supply is SupplyLevel.SCARCE for shelf in self.inputs)

    def turn(self, parameters: EconomyParameters, chance: Chance) -> None:
        """One turn's work."""
        appetites = [appetite(shelf, share, parameters) for shelf, share in zip(self.inputs, self.shares, strict=True)]
        eagerness = 1.0 - parameters.fullness_brake * self.output.surplus
        eagerness = max(parameters.fullness_brake_min, min(parameters.fullness_boost_max, eagerness))
        drive = self.pace(parameters) * eagerness * parameters.turn_hours
        least = min(self.larder)
        for place, (shelf, hunger) in enumerate(zip(self.inputs, appetites, strict=True)):
            room = 1.0 - (self.larder[place] - least) / parameters.larder_max
            taken = use_up(shelf, drive * hunger * max(parameters.larder_leak, room), parameters, chance)
            self.larder[place] = min(least + parameters.larder_max, self.larder[place] + taken / shelf.volume)
        self._build(parameters, chance)

    def _build(self, parameters: EconomyParameters, chance: Chance) -> None:
        step = self.output.step(EXPORT_ARRIVES, parameters, chance)
        cost = step / self.output.volume
        while min(self.larder) >= cost:
            self.larder = [each - cost for each in self.larder]
            self.output.units += step


def appetite(shelf: Shelf, share: float, parameters: EconomyParameters) -> float:
    """How fast an import is used, as a multiple of what it is at rest."""
    wanted = 1.0 + parameters.appetite * share * shelf.surplus
    return max(parameters.appetite_min, min(parameters.appetite_max, wanted))


def use_up(shelf: Shelf, expected: float, parameters: EconomyParameters, chance: Chance) -> int:
    """Take about `expected` transactions off an import, in its own steps; the units taken."""
    if shelf.is_short:
        expected *= parameters.rested_pace
    step = shelf.step(IMPORT_USED, parameters, chance)
    used = steadily(chance, expected * shelf.volume / step) * step
    shelf.units -= used
    return used
