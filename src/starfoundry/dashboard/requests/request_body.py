"""JSON bodies of the page's requests."""

from typing import TypeVar

import msgspec

from starfoundry.kernel.errors import Refused

T = TypeVar("T")


def decoded(body: bytes, decoder: msgspec.json.Decoder[T], problem: str) -> T:
    """What a body holds; raises Refused, beginning with `problem`, for anything that the decoder does not accept."""
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"{problem}: {error}") from None
