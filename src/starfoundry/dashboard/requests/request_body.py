"""JSON bodies of the page's requests."""

from typing import TypeVar

import msgspec

from starfoundry.kernel.errors import Refused

T = TypeVar("T")


def decoded(body: bytes, decoder: msgspec.json.Decoder[T], problem: str) -> T:
    """The content of a body; raises Refused, beginning with `problem`, if the decoder does not accept it."""
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"{problem}: {error}") from None
