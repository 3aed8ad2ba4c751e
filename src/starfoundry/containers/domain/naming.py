"""Short names of containers: parts of an id that identify it."""

import re

PART_LETTERS_MIN = 3
"""The fewest letters of an id that are accepted as a name; fewer are more likely a typing mistake."""

_WHOLE_ID = re.compile(r"[a-z].*-[0-9a-f]{6}")


def is_whole(named: str) -> bool:
    """Whether the text is a whole id."""
    return _WHOLE_ID.fullmatch(named) is not None


def short(container_id: str) -> str:
    """The end of an id, which is enough to name the container."""
    return container_id.rpartition("-")[2] if is_whole(container_id.lower()) else container_id


def is_part(part: str, container_id: str) -> bool:
    """Whether the id begins or ends with the text, or its last (unique) part begins with it."""
    wanted, whole = part.lower(), container_id.lower()
    is_enough = len(wanted) >= PART_LETTERS_MIN
    return is_enough and (whole.startswith(wanted) or short(whole).startswith(wanted) or short(whole).endswith(wanted))
