"""Tokens as people hand them over: from files, pipes and clipboards, with spaces and line ends around them."""

from starfoundry.kernel.errors import Refused


def stripped_token(field: str, given: str) -> str:
    """The token without white space around it; empty when none was given.

    Raises Refused for one that no HTTP header can carry. The token itself is never repeated.
    """
    token = given.strip()
    if any(not "!" <= each <= "~" for each in token):
        raise Refused.of(field, "(not shown)", "a token without spaces, line ends or letters with accents in it")
    return token
