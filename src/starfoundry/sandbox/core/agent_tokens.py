"""Bearer tokens in the game's format, so that a client may decode them; only known ones are accepted."""

import base64

import msgspec

from starfoundry.kernel.ports import Entropy

_encode = msgspec.json.Encoder().encode


def issue(entropy: Entropy, *, identifier: str, reset_date: str, subject: str) -> str:
    """A new token; `subject` is account-token or agent-token."""
    header = _part({"alg": "RS256", "typ": "JWT"})
    claims = _part({"identifier": identifier, "version": "v2", "reset_date": reset_date, "sub": subject})
    return f"{header}.{claims}.{entropy.token('sandbox.tokens', 43)}"


def reset_date_in(token: str) -> str | None:
    """The universe a token was issued in, if it contains one."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=dict[str, object])
    except (ValueError, msgspec.DecodeError):
        return None
    found = claims.get("reset_date")
    return found if isinstance(found, str) else None


def _part(content: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(_encode(content)).decode().rstrip("=")
