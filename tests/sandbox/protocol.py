"""schemathesis over the game's description, against a universe served for it: `make protocol`.

A campaign of its own, since schemathesis brings thirty packages that nothing else here needs. The description documents
successes only, so "documented" is asked of them: the right shape and content type; and nothing may be a 5xx. Arguments:
the schemathesis program, and what else it is to be told.
"""

import json
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

from tests.sandbox.description import REFERENCE

CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance"


def main(schemathesis: str, *arguments: str) -> int:
    """Run the campaign; its exit code."""
    if not REFERENCE.is_file():
        print(f"the game's description is not at hand: {REFERENCE}", file=sys.stderr)
        return 1
    serve = [
        sys.executable,
        "-m",
        "starfoundry",
        "sandbox",
        "serve",
        "--port",
        "0",
        "--speed",
        "max",
        "--systems",
        "12",
    ]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        said = json.loads(program.stdout.readline())
        try:
            return subprocess.run(
                [
                    *(
                        str(Path(schemathesis).absolute()),
                        "run",
                        str(REFERENCE),
                        "--url",
                        said["base_url"],
                        "--checks",
                        CHECKS,
                    ),
                    *("-H", f"Authorization: Bearer {_join(said)}", "--phases", "examples,coverage,fuzzing"),
                    *arguments,
                ],
                check=False,
                cwd=Path(schemathesis).parents[1],  # it leaves its notes where it runs
            ).returncode
        finally:
            program.terminate()


def _join(said: dict[str, str]) -> str:
    request = Request(f"{said['base_url']}/register", data=b'{"symbol":"SCHEMA","faction":"COSMIC"}')
    request.add_header("authorization", f"Bearer {said['account_token']}")
    request.add_header("content-type", "application/json")
    token: str = json.loads(urlopen(request).read())["data"]["token"]
    return token


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
