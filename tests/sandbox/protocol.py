"""schemathesis over the game's description, against a universe served for it: `make protocol`.

A campaign of its own, since schemathesis brings thirty packages that nothing else here needs. Nothing may be a 5xx, and
every answer must have a status, a content type and a shape that are documented. The description documents successes
only; the refusals the live server gives beside them are written down in refusals.py, and nothing else is let through.
Arguments: the schemathesis program, and what else it is to be told.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import Request, urlopen

from tests.sandbox import refusals
from tests.sandbox.description import METHODS, REFERENCE

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
SERVE = ("-m", "starfoundry", "sandbox", "serve", "--port", "0", "--speed", "max", "--systems", "12")


def main(schemathesis: str, *arguments: str) -> int:
    """Run the campaign; its exit code."""
    if not REFERENCE.is_file():
        print(f"the game's description is not at hand: {REFERENCE}", file=sys.stderr)
        return 1
    with (
        tempfile.NamedTemporaryFile("w", suffix=".json") as description,
        subprocess.Popen([sys.executable, *SERVE], stdout=subprocess.PIPE, text=True) as program,
    ):
        description.write(_with_refusals())
        description.flush()
        assert program.stdout is not None
        said = json.loads(program.stdout.readline())
        command = [
            *(str(Path(schemathesis).absolute()), "run", description.name, "--url", said["base_url"]),
            *("--checks", CHECKS, "--phases", "examples,coverage,fuzzing"),
            *("-H", f"Authorization: Bearer {_join(said)}"),
            *arguments,
        ]
        try:  # it leaves its notes where it runs
            return subprocess.run(command, check=False, cwd=Path(schemathesis).parents[1]).returncode
        finally:
            program.terminate()


def _with_refusals() -> str:
    """The game's description with the refusals of each operation among its responses."""
    described = json.loads(REFERENCE.read_text().replace('"../models/', f'"file://{REFERENCE.parents[1]}/models/'))
    for path, operations in described["paths"].items():
        for method in METHODS:
            if operation := operations.get(method):
                refused = refusals.statuses(method.upper(), path, operation)
                operation["responses"] |= {str(status): refusals.documented(status) for status in refused}
    return json.dumps(described)


def _join(said: dict[str, str]) -> str:
    request = Request(f"{said['base_url']}/register", data=b'{"symbol":"SCHEMA","faction":"COSMIC"}')
    request.add_header("authorization", f"Bearer {said['account_token']}")
    request.add_header("content-type", "application/json")
    token: str = json.loads(urlopen(request).read())["data"]["token"]
    return token


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
