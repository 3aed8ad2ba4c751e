"""The game's API as one synchronous function: a request and an answer, and possibly a change of the universe."""

import math
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from starfoundry.game.transport.server_pace import SPEED_HEADER
from starfoundry.game.transport.transport import Request, Response
from starfoundry.sandbox.api.injected_faults import InjectedFaults
from starfoundry.sandbox.api.operations import Audience, Operation, game_routes
from starfoundry.sandbox.api.request_context import ListPage, NoContent, RequestContext
from starfoundry.sandbox.core import agent_tokens
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.milliseconds import SECOND, iso
from starfoundry.sandbox.core.paced_clock import PacedClock
from starfoundry.sandbox.core.rate_limiter import PER_BURST, PER_SECOND, Admission
from starfoundry.sandbox.core.rejection import ApiRejection
from starfoundry.sandbox.responses import agent_shapes
from starfoundry.sandbox.ships.fleet import Agent
from starfoundry.sandbox.state.universe import Universe

PATHS_KNOWN = 8_192  # cached routes by path: those of ships and waypoints recur
_FORM = "x-www-form-urlencoded"
_CONTENT_TYPE = "application/json; charset=utf-8"


class Api:
    """Answers requests for one universe. Paths follow the base URL, so they do not begin with /v2."""

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self.faults = InjectedFaults(universe.entropy.stream("faults"))
        self._router = game_routes()
        self._find = lru_cache(maxsize=PATHS_KNOWN)(self._router.find)

    def reset(self) -> None:
        """Reset the universe, as the live server does about weekly."""
        self.universe = self.universe.successor()

    def over_limit(self, request: Request) -> Response:
        """The rate-limit refusal of a request, regardless of the limit."""
        now = self.universe.now()
        token = _bearer(request.headers)
        agent = self.universe.agents_by_token.get(token)
        account = agent.account if agent is not None else self.universe.accounts.get(token, "")
        admission = Admission(
            is_granted=False,
            type="Account" if account else "IP Address",
            remaining=0,
            reset=now + SECOND,
            retry_after=SECOND,
        )
        return refusal_of(_over_limit(admission), {"content-type": _CONTENT_TYPE, **admission.headers()})

    def handle(self, request: Request, *, address: str = "local") -> Response:
        """The answer to a request; `address` is the key of the rate limit if no known token is given."""
        universe = self.universe
        now = universe.now()
        token = _bearer(request.headers)
        agent = universe.agents_by_token.get(token)
        account = agent.account if agent is not None else universe.accounts.get(token, "")
        kind, key = ("Account", account) if account else ("IP Address", address)
        admission = universe.limiter.admit(kind, key, now)
        headers = {"content-type": _CONTENT_TYPE, **admission.headers(), **self._pace()}
        if not admission.is_granted:
            return refusal_of(_over_limit(admission), headers)
        path, _, query = request.path.partition("?")
        try:
            route, words = self._route(request.method, path)
            self._admit(route, token, agent, account)
            call = RequestContext(
                universe=universe,
                now=now,
                words=words,
                query=query,
                body=request.body,
                caller=agent,
                account=account,
                is_form=request.body is not None and _FORM in request.headers.get("content-type", ""),
            )
            body = _answer(route, call)
            return Response(status=204 if body is None else route.status, headers=headers, body=body or b"")
        except ApiRejection as rejection:
            return refusal_of(rejection, headers)

    def _pace(self) -> Mapping[str, str]:
        """A header with the speed of the universe's time, if it is not real time."""
        speed = self.universe.clock.speed if isinstance(self.universe.clock, PacedClock) else 1.0
        return {SPEED_HEADER: "max" if math.isinf(speed) else f"{speed:g}"} if speed != 1.0 else {}

    def _route(self, method: str, path: str) -> tuple[Operation, tuple[str, ...]]:
        routes, words = self._find(path)
        if not routes:
            raise ApiRejection(Code.NOT_FOUND, f"There is nothing at {path}.")
        route = routes.get(method)
        if route is None:
            raise ApiRejection(Code.METHOD_NOT_ALLOWED, f"{path} does not answer {method}.", {"allowed": [*routes]})
        return route, words

    def _admit(self, route: Operation, token: str, agent: Agent | None, account: str) -> None:
        if route.audience is Audience.ANYBODY:
            if token and not account:
                raise self._bad_token(token)
        elif not token:
            raise ApiRejection(Code.TOKEN_MISSING, "No token was given in the Authorization header.")
        elif not account:
            raise self._bad_token(token)
        elif route.audience is Audience.AGENT and agent is None:
            raise ApiRejection(Code.TOKEN_KIND, "This is an account's token; show the agent's, which joining gave.")
        elif route.audience is Audience.ACCOUNT and agent is not None:
            raise ApiRejection(Code.TOKEN_KIND, "This is an agent's token; joining asks for the account's.")

    def _bad_token(self, token: str) -> ApiRejection:
        ours = self.universe.reset_date
        theirs = agent_tokens.reset_date_in(token)
        if theirs is not None and theirs != ours:
            return ApiRejection(
                Code.UNIVERSE_RESET,
                f"The universe was reset on {ours}; this token is of {theirs}. Register again.",
                {"expected": ours, "actual": theirs},
            )
        return ApiRejection(Code.TOKEN_INVALID, "The token is not valid here.")


def _bearer(headers: Mapping[str, str]) -> str:
    value = headers.get("authorization")
    if value is None:  # callers in the same process may use another case
        value = next((given for name, given in headers.items() if name.lower() == "authorization"), "")
    scheme, _, token = value.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _answer(route: Operation, call: RequestContext) -> bytes | None:
    """The body; None for an answer without content."""
    result = route.endpoint(call)
    if isinstance(result, msgspec.Raw):
        return b'{"data":%b}' % bytes(result)
    if isinstance(result, NoContent):
        return None
    if isinstance(result, ListPage):
        meta = {"total": result.total, "page": result.page.number, "limit": result.page.limit}
        return agent_shapes.encode({"data": result.items, "meta": meta})
    return agent_shapes.encode(result if route.is_bare else {"data": result})


def refusal_of(rejection: ApiRejection, headers: Mapping[str, str]) -> Response:
    """A refusal in the game's format."""
    error: agent_shapes.Shape = {"message": rejection.message, "code": rejection.code}
    if rejection.data is not None:
        error["data"] = rejection.data
    return Response(status=rejection.status, headers=headers, body=agent_shapes.encode({"error": error}))


def _over_limit(admission: Admission) -> ApiRejection:
    seconds = admission.retry_after / SECOND
    return ApiRejection(
        Code.RATE_LIMITED,
        f"You have reached your API limit of {PER_SECOND} requests a second; try again in {seconds:.3f} seconds.",
        {
            "type": admission.type,
            "retryAfter": seconds,
            "limitBurst": PER_BURST,
            "limitPerSecond": PER_SECOND,
            "remaining": admission.remaining,
            "reset": iso(admission.reset),
        },
    )
