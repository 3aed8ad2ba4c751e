"""`spacetraders completion`: the shell scripts that complete commands, flags and settings."""

import sys

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    _resolve_context,
    _resolve_incomplete,
    add_completion_class,
)

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
            plain)
                COMPREPLY+=("${value#"$kept"}")
                [[ $value == *= ]] && compopt -o nospace 2>/dev/null
                ;;
        esac
    done <<< "$response"
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""
"""The replacement for one word may only be the part that readline sees as that word: the part after the "="."""


_ZSH = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local type key description
    local -a plain described assigned response
    (( ! $+commands[%(prog_name)s] )) && return 1

    local -x COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1))
    response=("${(@f)$(env %(complete_var)s=zsh_complete %(prog_name)s)}")
    for type key description in ${response}; do
        case $type in
            dir) _path_files -/ ;;
            file) _path_files -f ;;
            plain)
                if [[ $key == *= ]]; then
                    assigned+=("$key:$description")
                elif [[ $description == _ ]]; then
                    plain+=("$key")
                else
                    described+=("$key:$description")
                fi
                ;;
        esac
    done

    (( $#described )) && _describe -V unsorted described -U
    (( $#assigned )) && _describe -V unsorted assigned -U -S ""
    (( $#plain )) && compadd -U -V unsorted -a plain
    return 0
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""
"""Click's own script, without a space after NAME=."""


_FISH = FishComplete.source_template.replace('string split ","', 'string split --max 1 ","')
"""Click's own script, which would cut a description at its first comma."""


class _Live(ShellComplete):
    """Completes with names from the daemon where the command line has no choices of its own."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """The possible next words."""
        offered = super().get_completions(args, incomplete)
        context = _resolve_context(self.cli, self.ctx_args, self.prog_name, args)
        wanted, begun = _resolve_incomplete(context, args, incomplete)
        if not isinstance(wanted, click.Parameter) or any(item.type == "plain" for item in offered):
            return offered
        from starfoundry.cli.live_names import live_names

        return live_names(context, wanted, begun)


class _Bash(_Live, BashComplete):
    source_template = _BASH


class _Zsh(_Live, ZshComplete):
    source_template = _ZSH


class _Fish(_Live, FishComplete):
    source_template = _FISH


_SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": _Zsh, "fish": _Fish}


def complete_with_live_names() -> None:
    """Make shell completion offer names from the daemon too."""
    for shell in _SHELLS.values():
        add_completion_class(shell)


@click.command("completion")
@click.argument("shell", type=click.Choice(list(WHERE)))
@click.pass_context
def completion(calling: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    On a terminal it says where to install it.
    """
    click.echo(_SHELLS[shell](calling.find_root().command, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source())
    if sys.stdout.isatty():
        click.echo(f"install it with: {WHERE[shell]}", err=True)
