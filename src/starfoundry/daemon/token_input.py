"""Cleaning of tokens that people paste, with surrounding spaces and line ends."""

from starfoundry.kernel.errors import Refused


def stripped_token(field: str, given: str) -> str:
    """The token without surrounding white space; empty when none was given.

    Raises Refused for one that an HTTP header cannot contain. The token itself is never repeated.
    """
    token = given.strip()
    if any(not "!" <= each <= "~" for each in token):
        raise Refused.of(field, "(not shown)", "a token without spaces, line ends or letters with accents in it")
    return token
