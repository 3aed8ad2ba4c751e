"""Canaries in the place of every secret: none is found in any log, database, answer, error or list of processes."""

import os
from pathlib import Path

import pytest

from starfoundry.daemon.players.token_key import KEY_FILE
from tests.daemon.keyrings import FILE_VARIABLE, FileKeyring
from tests.house.source import ROOT
from tests.stories.programs import Workplace

pytestmark = pytest.mark.processes

ACCOUNT, AGENT, FORGED, IN_FILE = (
    "canary-account-1f",
    "canary-agent-2e",
    "sf_" + "ca" * 6 + "_" + "fe" * 32,
    "canary-file-3d",
)
CANARIES = (ACCOUNT, AGENT, FORGED, IN_FILE)


@pytest.fixture
def secretive(workplace, tmp_path):
    """A workplace with a canary for each secret it is given."""
    workplace.data_dir.mkdir(mode=0o700)
    workplace.environment |= {"STARFOUNDRY_API_ACCOUNT_TOKEN": ACCOUNT, "STARFOUNDRY_AGENT_TOKEN": AGENT}
    return workplace


def private(path: Path, content: str) -> str:
    """A private file with that content."""
    path.write_text(content)
    path.chmod(0o600)
    return str(path)


def words_of_all_processes() -> str:
    """The words of every process there is."""
    found = []
    for directory in Path("/proc").iterdir():
        if directory.name.isdecimal():
            try:
                found.append((directory / "cmdline").read_bytes().decode(errors="replace"))
            except OSError:
                continue
    return "\n".join(found)


def test_no_canary_is_found_anywhere(secretive, tmp_path):
    daemon = secretive.start_daemon("--sandbox")
    said = [
        secretive.cli("player", "register", "--agent", "FOUNDRY"),
        secretive.cli("player", "add"),
        secretive.cli("player", "add", "--token-file", private(tmp_path / "agent", IN_FILE), "--output", "json"),
        secretive.cli("player", "register", "--agent", "NO WAY"),
        secretive.cli("audit", "list", "--output", "json"),
        secretive.cli("health", "--output", "json"),
    ]
    secretive.environment["STARFOUNDRY_TOKEN_FILE"] = private(tmp_path / "forged", FORGED)
    del secretive.environment["STARFOUNDRY_API_ACCOUNT_TOKEN"]  # a variable would win over the file below
    said += [secretive.cli("health"), secretive.cli("auth", "token", "list", "--output", "json")]
    processes = words_of_all_processes()
    said.append(daemon.stop())
    (secretive.data_dir / "starfoundry.toml").write_text(f'[api]\naccount_token = ["{IN_FILE}"]\n')
    said.append(secretive.run_daemon("--sandbox"))

    (secretive.data_dir / "starfoundry.toml").unlink()
    files = {path: path.read_bytes().decode("latin-1") for path in secretive.data_dir.rglob("*") if path.is_file()}
    told = {f"output {number}": each.out + each.err for number, each in enumerate(said)}
    places = {"processes": processes, **told, **{str(path): text for path, text in files.items()}}
    found = [(place, canary) for place, text in places.items() for canary in CANARIES if canary in text]

    assert found == []
    assert len(files) >= 4
    assert os.path.getsize(secretive.data_dir / "logs" / "daemon.log")


def test_a_daemon_with_its_key_in_the_keyring_has_no_key_file_and_does_not_start_without_the_keyring(tmp_path):
    place = Workplace(data_dir=tmp_path / "data")
    place.environment |= {
        "STARFOUNDRY_TOKEN_KEY_STORE": "keyring",
        "PYTHON_KEYRING_BACKEND": f"{FileKeyring.__module__}.{FileKeyring.__name__}",
        FILE_VARIABLE: str(tmp_path / "keyring.json"),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    daemon = place.start_daemon("--sandbox")
    daemon.stop()
    place.environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    refused = place.run_daemon("--sandbox")

    assert not (place.data_dir / KEY_FILE).exists()
    assert (refused.code, "the keyring cannot be used" in refused.err) == (6, True)
