"""What the shell is offered for settings: their names, what each is for, and the words that they take."""

import click
from click.shell_completion import CompletionItem

from starfoundry.config.domain.declarations.setting import Setting
from starfoundry.config.domain.model import SETTINGS


def complete_value(
    one: Setting, _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The words that a setting takes; none for one that takes numbers or goods."""
    return [CompletionItem(word) for word in _words_of(one, incomplete)]


def complete_name(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of settings."""
    return [CompletionItem(one.name, help=one.short_help) for one in _begun(incomplete)]


def complete_assignment(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of settings up to their "=", and behind that the values where they are words."""
    name, equals, begun = incomplete.partition("=")
    if not equals:
        return [CompletionItem(f"{one.name}=", help=one.short_help) for one in _begun(name)]
    return [CompletionItem(f"{name}={word}") for one in SETTINGS if one.name == name for word in _words_of(one, begun)]


def _begun(name: str) -> list[Setting]:
    return [one for one in SETTINGS if one.name.startswith(name)]


def _words_of(one: Setting, begun: str) -> list[str]:
    words = one.kind.json_schema.get("enum")
    choices = [str(word) for word in words] if isinstance(words, list) else []
    return [word for word in choices if word.upper().startswith(begun.upper())]
