"""Access rules of the page: this machine, this user and our own pages only, and the headers that bind a browser."""

import hmac
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from aiohttp import web

from starfoundry.kernel.errors import NotPermitted

TOKEN_HEADER = "X-StarFoundry-Token"  # noqa: S105  (its name, not a token)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "StarFoundry",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_OWN_SITE = ("same-origin", "none")  # "none" is an address that was typed, or a bookmark

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAccess:
    """Judges every request before it is looked at. `hosts` are the names this page may be called by, with the port."""

    hosts: Collection[str]
    token: str

    def require_permitted(self, request: web.Request) -> None:
        """Raise NotPermitted, with the reason, for a request that nobody at this page can have made."""
        if request.host not in self.hosts:
            raise NotPermitted(f"the page is served as {' or '.join(sorted(self.hosts))} only")
        origin = request.headers.get("Origin")
        if origin is not None and origin not in {f"http://{host}" for host in self.hosts}:
            raise NotPermitted("the request comes from a page of another site")
        if request.headers.get("Sec-Fetch-Site", "none") not in _OWN_SITE:
            raise NotPermitted("the request comes from a page of another site; type the address instead")
        if request.method not in ("GET", "HEAD"):
            self._require_token(request)

    def _require_token(self, request: web.Request) -> None:
        if request.content_type != "application/json":
            raise NotPermitted("a change is sent as application/json")
        given = request.headers.get(TOKEN_HEADER, "")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise NotPermitted("the token is not that of this page; take a new one from /api/session")

    def middleware(self, tell: Callable[[NotPermitted], web.Response]) -> Callable[..., Awaitable[web.StreamResponse]]:
        """The guard around every handler; `tell` makes the answer to those turned away."""

        @web.middleware
        async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
            try:
                self.require_permitted(request)
            except NotPermitted as error:
                return tell(error)
            return await handler(request)

        return guarded


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers by which an answer restricts the browser.

    The connection ends with an answer, unless that is something read: a view is made of many small files, which come
    over few connections.
    """
    response.headers.update(_HEADERS)
    if request.method != "GET" or response.status >= 400:
        response.force_close()
