"""`spacetraders completion`: what a shell reads so that Tab completes commands, flags and settings."""

import sys

import click
from click.shell_completion import get_completion_class

PROGRAM = "spacetraders"
WHERE = {
    "bash": 'eval "$(spacetraders completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(spacetraders completion zsh)" in ~/.zshrc',
    "fish": "spacetraders completion fish > ~/.config/fish/completions/spacetraders.fish",
}


@click.command("completion")
@click.argument("shell", type=click.Choice(list(WHERE)))
@click.pass_context
def completion(calling: click.Context, shell: str) -> None:
    """Print the completion script of a shell; on a terminal, also where it belongs."""
    made = get_completion_class(shell)
    assert made is not None, "click knows these shells"
    click.echo(made(calling.find_root().command, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source())
    if sys.stdout.isatty():
        click.echo(f"put it where your shell finds it: {WHERE[shell]}", err=True)
