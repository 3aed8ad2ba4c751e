"""A change that is sent again, as after an answer that was lost: known by its request id, made once."""

from collections.abc import Callable

from starfoundry.config.amendment import EVERY, Amendment
from starfoundry.config.history import Record
from starfoundry.config.reading import Standing
from starfoundry.config.rules import BY_NAME
from starfoundry.kernel.errors import Refused


def require_same(done: Record, wanted: Amendment | Callable[[Standing], Amendment], request_id: str) -> None:
    """Raise Refused if a change comes with the request id of another one: it would be answered, and never made."""
    if isinstance(wanted, Amendment) and not _is_made_by(done, wanted):
        allowed = f"an id of its own: revision {done.revision} was made with this one, and is another change"
        raise Refused.of("request_id", request_id, allowed)


def _is_made_by(done: Record, wanted: Amendment) -> bool:
    own = done.own
    is_of_named_settings = wanted.preset is None and not wanted.prune and EVERY not in wanted.unset
    return (
        all(own.get(name) == BY_NAME[name].kind.write(value) for name, value in wanted.values.items())
        and all(name not in own for name in wanted.unset)
        and all(name in own for name in wanted.pin)
        and (wanted.preset is None or wanted.preset[0] == done.preset)
        and (not is_of_named_settings or set(done.changes) <= set(wanted.names))
    )
