"""Reading of the game's lists, page by page."""

from typing import Protocol, TypeVar

from starfoundry.game.calls import Call, GameCaller
from starfoundry.game.decoding import decode
from starfoundry.game.port import Priority

PAGE_ITEMS = 20  # the game's maximum
PAGES_MAX = 500  # a bound for lists without an end


class NamedItem(Protocol):
    """An element of a list."""

    @property
    def symbol(self) -> str:
        """Its unique name in the list."""


N = TypeVar("N", bound=NamedItem)


async def read_list(
    caller: GameCaller, path: str, purpose: str, priority: Priority, read: decode.Decode[decode.Page[N]]
) -> tuple[N, ...]:
    """Every element of a list, each once, in the server's order.

    Reads up to the server's count, in which each element counts once, also one that could not be read; without a count,
    up to the first page that is not full. A page without new elements is the last. Raises the errors of reads.
    """
    found: dict[str, N] = {}
    left_out = 0
    for number in range(1, PAGES_MAX + 1):
        page = await caller.retry(
            Call(
                method="GET",
                path=f"{path}?page={number}&limit={PAGE_ITEMS}",
                purpose=purpose,
                subject=f"page {number}",
                priority=priority,
            ),
            read,
        )
        left_out += page.listed - len(page.items)
        before = len(found)
        found.update({item.symbol: item for item in page.items})
        is_old = bool(page.items) and len(found) == before
        full = min(PAGE_ITEMS, page.limit or PAGE_ITEMS)
        is_last = page.listed < full if page.total is None else len(found) + left_out >= page.total
        if is_last or is_old or not page.listed:
            break
    return tuple(found.values())


async def count_list(
    caller: GameCaller, path: str, purpose: str, priority: Priority, read: decode.Decode[decode.Page[N]]
) -> int | None:
    """The number of elements of a list, by one request; None if the server does not count them."""
    call = Call(method="GET", path=f"{path}?page=1&limit=1", purpose=purpose, subject="count", priority=priority)
    return (await caller.retry(call, read)).total
