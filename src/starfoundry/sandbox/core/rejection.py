"""The game's refusals: a numeric code, the HTTP status it travels with, a sentence, and figures a client may read."""

from collections.abc import Mapping

from starfoundry.sandbox.core.error_codes import STATUS_OF, Code


class ApiRejection(Exception):
    """A request the game does not grant; nothing happened. `code` is what clients branch on."""

    def __init__(self, code: Code, message: str, data: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    @property
    def status(self) -> int:
        """The HTTP status."""
        return STATUS_OF.get(self.code, 400)


def invalid(field: str, problem: str) -> ApiRejection:
    """A request of the wrong shape."""
    return ApiRejection(
        Code.INVALID_REQUEST, f"The request could not be processed: {field} {problem}.", {field: [problem]}
    )


def missing(what: str, symbol: str) -> ApiRejection:
    """A thing that is not there, or not the caller's."""
    return ApiRejection(Code.NOT_FOUND, f"{what} {symbol} was not found.")
