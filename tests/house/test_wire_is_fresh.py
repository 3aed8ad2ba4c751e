"""The checked-in protobuf code is what proto/daemon.proto generates."""

import subprocess
import sys
from pathlib import Path

from tests.patience import DEADLINE_SECONDS

ROOT = Path(__file__).parents[2]


def test_the_generated_code_is_what_the_contract_says(tmp_path):
    """Generating again gives the same bytes, so nobody edits the generated code or forgets to run `make wire`."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "grpc_tools.protoc",
            f"-I{ROOT / 'proto'}",
            f"--python_out={tmp_path}",
            "daemon.proto",
        ],
        check=True,
        timeout=DEADLINE_SECONDS,
    )

    checked_in = (ROOT / "src/starfoundry/wire/daemon_pb2.py").read_text()
    assert (tmp_path / "daemon_pb2.py").read_text() == checked_in
