"""Base prices of a universe's goods, inferred from the prices of its markets.

A base is the same at every market and a round number (known_prices lists those of past universes), but it can differ
between universes: four goods had other bases in 2024. Every reading rules out most round numbers, because few of them
reproduce both of its prices to the credit; the base is the number that is left.
"""

import math
from collections.abc import Iterator, Sequence

from starfoundry.game.market_law.known_prices import BASE_PRICES
from starfoundry.game.market_law.law import likelihood, read_stock
from starfoundry.game.model import Quote
from starfoundry.kernel.ids import Good

READINGS_MAX = 16
"""The maximum number of readings of one good used for an inference; the newest count."""

CERTAINTY_MIN = 0.95
"""The minimum probability at which an inferred base is used."""

_PRIOR_KNOWN = 200.0
"""How much likelier the base of past universes is than another round number, before any reading (A)."""

_SPAN = 4
"""No ask or bid was seen beyond this factor above or below the base, except flooded imports, which are far below."""


def infer_base(good: Good, quotes: Sequence[Quote]) -> int | None:
    """The base price in credits behind quotes of one good, or None while they do not determine it.

    A round number is taken when it explains every quote and has at least a probability of `CERTAINTY_MIN` among those
    that do. Quotes are readings of different markets or times; a repeated one adds nothing.
    """
    readings = list(dict.fromkeys(quotes))[-READINGS_MAX:]
    weights: dict[int, float] = {}
    for base in _candidates(good, readings):
        weight = math.log(_PRIOR_KNOWN if base in BASE_PRICES.get(good, ()) else 1.0)
        for quote in readings:
            chance = likelihood(quote, base)
            if chance <= 0:
                break
            weight += math.log(chance / base)  # prices of a dearer good vary over more credits
        else:
            weights[base] = weight
    if not weights:
        return None
    best = max(weights, key=lambda base: (weights[base], -base))
    total = sum(math.exp(weight - weights[best]) for weight in weights.values())
    return best if 1 / total >= CERTAINTY_MIN else None


def is_explained(quote: Quote, bases: tuple[int, ...] | None = None) -> bool:
    """Whether the market law reproduces the quote for one of these bases, by default for those of past universes."""
    return read_stock(quote, bases=bases) is not None


def _candidates(good: Good, quotes: Sequence[Quote]) -> Iterator[int]:
    """The bases of past universes, then every number of two digits (fives below a hundred) near the prices."""
    if not quotes:
        return
    known = BASE_PRICES.get(good, ())
    yield from known
    middles = [math.sqrt(max(1, quote.ask) * max(1, quote.bid)) for quote in quotes]
    low, high = max(1, int(max(middles) / _SPAN)), math.ceil(max(middles) * _SPAN)
    number = max(5, -(-low // _step(low)) * _step(low))
    while number <= high:
        if number not in known:
            yield number
        number += _step(number)


def _step(number: int) -> int:
    """The distance to the next round number: two significant digits, but fives below a hundred."""
    return 5 if number < 100 else int(10 ** (len(str(number)) - 2))
