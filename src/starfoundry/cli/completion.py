"""`spacetraders completion`: what a shell reads so that Tab completes commands, flags and settings."""

import sys

import click
from click.shell_completion import BashComplete, get_completion_class

PROGRAM = "spacetraders"
WHERE = {
    "bash": 'eval "$(spacetraders completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(spacetraders completion zsh)" in ~/.zshrc',
    "fish": "spacetraders completion fish > ~/.config/fish/completions/spacetraders.fish",
}


_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' index type value response
    local words=()

    # readline takes words apart at "="; NAME=VALUE is one word to us
    for ((index = 0; index <= COMP_CWORD; index++)); do
        if ((index > 1)) && [[ ${COMP_WORDS[index]} == "=" || ${COMP_WORDS[index - 1]} == "=" ]]; then
            words[${#words[@]} - 1]+=${COMP_WORDS[index]}
        else
            words+=("${COMP_WORDS[index]}")
        fi
    done
    local last=$((${#words[@]} - 1)) typed=${COMP_WORDS[COMP_CWORD]}
    [[ $typed == "=" ]] && typed=
    local kept=${words[last]%%"$typed"}

    response=$(env COMP_WORDS="${words[*]}" COMP_CWORD=$last %(complete_var)s=bash_complete "$1")
    while IFS=',' read -r type value; do
        case $type in
            dir) COMPREPLY=(); compopt -o dirnames ;;
            file) COMPREPLY=(); compopt -o default ;;
            plain) COMPREPLY+=("${value#"$kept"}") ;;
        esac
    done <<< "$response"
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""
"""What replaces one word may only be what readline itself takes for that word: the part behind the "="."""


class _Bash(BashComplete):
    source_template = _BASH


@click.command("completion")
@click.argument("shell", type=click.Choice(list(WHERE)))
@click.pass_context
def completion(calling: click.Context, shell: str) -> None:
    """Print the completion script of a shell; on a terminal, also where it belongs."""
    made = _Bash if shell == "bash" else get_completion_class(shell)
    assert made is not None, "click knows these shells"
    click.echo(made(calling.find_root().command, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source())
    if sys.stdout.isatty():
        click.echo(f"put it where your shell finds it: {WHERE[shell]}", err=True)
