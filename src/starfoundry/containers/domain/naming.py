"""Short names of containers: parts of an id that are enough to tell it."""

import re

PART_LETTERS_MIN = 3
"""So much of an id at least is typed for it: less is more likely a slip than a name."""

_WHOLE_ID = re.compile(r"[a-z].*-[0-9a-f]{6}")


def is_whole(named: str) -> bool:
    """Whether it is an id and no part of one."""
    return _WHOLE_ID.fullmatch(named) is not None


def short(container_id: str) -> str:
    """The end of an id, which is enough to name the container."""
    return container_id.rpartition("-")[2] if is_whole(container_id.lower()) else container_id


def is_part(part: str, container_id: str) -> bool:
    """Whether it begins or ends with what was typed, or its last part, the one that tells it apart, begins so."""
    wanted, whole = part.lower(), container_id.lower()
    is_enough = len(wanted) >= PART_LETTERS_MIN
    return is_enough and (whole.startswith(wanted) or short(whole).startswith(wanted) or short(whole).endswith(wanted))
