"""The game's refusals: a numeric code, its HTTP status, a message, and figures for clients."""

from collections.abc import Mapping

from starfoundry.sandbox.core.error_codes import STATUS_OF, Code


class ApiRejection(Exception):
    """A refused request; nothing happened. Clients use `code` to tell refusals apart."""

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
    """The refusal of an invalid request."""
    return ApiRejection(
        Code.INVALID_REQUEST, f"The request could not be processed: {field} {problem}.", {field: [problem]}
    )


def missing(what: str, symbol: str) -> ApiRejection:
    """The refusal for something that does not exist, or is not the caller's."""
    return ApiRejection(Code.NOT_FOUND, f"{what} {symbol} was not found.")
