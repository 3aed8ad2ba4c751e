"""Commands of `tune` as hints name them: whole, and quoted for a shell."""

import shlex


def tune_command(verb: str, container_id: str, *words: str) -> str:
    """The command for a coordinator, with further words as they are, such as a placeholder for the reader."""
    return " ".join(("spacetraders tune", verb, "--container", shlex.quote(container_id), *words))
