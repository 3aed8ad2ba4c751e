"""The statuses with which the game refuses. Its description documents successes only, so they are written down here.

Each is one the live server gives; which operations may give it follows from what an operation is, or is named.
"""

from collections.abc import Iterator, Mapping

from tests.sandbox.player import Json

REASONS: Mapping[int, str] = {
    400: "the ship, the contract or the market is not in a state for this (codes 42xx to 48xx), or credits are short",
    401: "no token, a wrong one, or one from before a reset (41xx)",
    404: "something that the request names is not there, or is not the caller's (404, 4603)",
    409: "done already, or on cooldown (4000, 4111, 4224, 4501, 4511)",
    422: "a body, a query or a name of the wrong shape (422)",
    429: "too many requests (429)",
}

_CONFLICTS = (
    "/register",
    "/my/contracts/{contractId}/accept",
    *(
        f"/my/ships/{{shipSymbol}}/{action}"
        for action in (
            *("negotiate/contract", "extract", "extract/survey", "siphon", "survey", "refine", "jump", "transfer"),
            *("scan/systems", "scan/waypoints", "scan/ships"),
        )
    ),
)
_OFFERS = ("/my/ships/{shipSymbol}/repair", "/my/ships/{shipSymbol}/scrap")


def statuses(method: str, path: str, operation: Json) -> Iterator[int]:
    """Those an operation of the description may be refused with."""
    yield from (401, 429)
    if method != "GET" or path in _OFFERS:
        yield 400
    if "{" in path or (method, path) == ("POST", "/my/ships"):
        yield 404
    if path in _CONFLICTS:
        yield 409
    if "requestBody" in operation or any(each.get("in") == "query" for each in operation.get("parameters", [])):
        yield 422


def documented(status: int) -> Json:
    """A refusal as a description documents a response."""
    error = {
        "type": "object",
        "required": ["message", "code"],
        "properties": {"message": {"type": "string", "minLength": 1}, "code": {"type": "integer"}},
    }
    schema = {"type": "object", "required": ["error"], "properties": {"error": error}}
    return {"description": REASONS[status], "content": {"application/json": {"schema": schema}}}
