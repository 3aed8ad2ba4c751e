"""Shell completion for the names and values of settings."""

import click
from click.shell_completion import CompletionItem

from starfoundry.config.domain.declarations.setting import Setting
from starfoundry.config.domain.model import SETTINGS


def complete_value(
    one: Setting, _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The choices of a setting; none for a setting that takes numbers or goods."""
    return [CompletionItem(word) for word in _words_of(one, incomplete)]


def complete_name(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of settings."""
    return [CompletionItem(one.name, help=one.short_help) for one in _initial(incomplete)]


def complete_assignment(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of settings up to "="; after it the choices of the setting, if it has any."""
    name, equals, begun = incomplete.partition("=")
    if not equals:
        return [CompletionItem(f"{one.name}=", help=one.short_help) for one in _initial(name)]
    return [CompletionItem(f"{name}={word}") for one in SETTINGS if one.name == name for word in _words_of(one, begun)]


def _initial(name: str) -> list[Setting]:
    return [one for one in SETTINGS if one.name.startswith(name)]


def _words_of(one: Setting, begun: str) -> list[str]:
    words = one.kind.json_schema.get("enum")
    choices = [str(word) for word in words] if isinstance(words, list) else []
    return [word for word in choices if word.upper().startswith(begun.upper())]
