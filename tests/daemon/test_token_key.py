"""The key that encrypts tokens, in the keyring of the system: it is made once and never guessed."""

import sys

import keyring.core
import pytest
from cryptography.fernet import Fernet
from keyring.backends import fail

from starfoundry.daemon.players.token_encryption import TokenCipher
from starfoundry.daemon.players.token_key import KEY_FILE
from starfoundry.kernel.errors import Refused, Unavailable
from tests.daemon.keyrings import FILE_VARIABLE, FileKeyring, ForgetfulKeyring


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A keyring that works, as the system's."""
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "keyring.json"))
    return use(monkeypatch, FileKeyring())


@pytest.fixture
def data_dir(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def use(monkeypatch, backend):
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend


def cipher(data_dir):
    return TokenCipher.load(data_dir, is_in_keyring=True)


def test_a_key_is_made_in_the_keyring_and_found_there_by_the_next_process(kept, data_dir):
    encrypted = cipher(data_dir).encrypt("secret", owner="FOUNDRY")

    assert cipher(data_dir).decrypt(encrypted, owner="FOUNDRY") == "secret"
    assert list(kept.entries()) == [f"starfoundry {data_dir}"]
    assert not (data_dir / KEY_FILE).exists()


def test_the_key_of_a_file_goes_into_the_keyring_so_that_the_file_can_be_deleted(kept, data_dir):
    encrypted = TokenCipher.load(data_dir).encrypt("secret", owner="FOUNDRY")
    cipher(data_dir)
    (data_dir / KEY_FILE).unlink()

    assert cipher(data_dir).decrypt(encrypted, owner="FOUNDRY") == "secret"


def test_a_key_file_that_others_may_read_does_not_get_into_the_keyring(kept, data_dir):
    TokenCipher.load(data_dir)
    (data_dir / KEY_FILE).chmod(0o640)

    with pytest.raises(Refused, match="chmod 600"):
        cipher(data_dir)
    assert kept.entries() == {}


def test_two_keys_in_one_entry_are_a_change_of_keys(kept, data_dir):
    encrypted = cipher(data_dir).encrypt("secret", owner="FOUNDRY")
    old = kept.get_password("starfoundry", str(data_dir))
    kept.set_password("starfoundry", str(data_dir), f"{Fernet.generate_key().decode()} {old}")

    assert cipher(data_dir).is_changing
    assert cipher(data_dir).decrypt(encrypted, owner="FOUNDRY") == "secret"


def test_what_a_service_manager_hands_over_comes_first(kept, data_dir, tmp_path):
    (tmp_path / KEY_FILE).write_bytes(Fernet.generate_key())

    TokenCipher.load(data_dir, tmp_path, is_in_keyring=True)

    assert kept.entries() == {}


def test_an_entry_that_is_no_key_is_told_and_kept(kept, data_dir):
    kept.set_password("starfoundry", str(data_dir), "no key")

    with pytest.raises(Refused, match=r"the keyring's entry starfoundry .* does not hold a key"):
        cipher(data_dir)
    assert kept.get_password("starfoundry", str(data_dir)) == "no key"


def test_a_keyring_that_cannot_be_used_is_told_and_no_key_is_made_elsewhere(data_dir, monkeypatch):
    use(monkeypatch, fail.Keyring())

    with pytest.raises(Unavailable, match=r"cannot be used \(No recommended backend was .*; unlock it, or leave"):
        cipher(data_dir)
    assert list(data_dir.iterdir()) == []


def test_a_keyring_that_keeps_nothing_is_refused(kept, data_dir, monkeypatch):
    use(monkeypatch, ForgetfulKeyring())

    with pytest.raises(Refused, match="the keyring ForgetfulKeyring keeps nothing"):
        cipher(data_dir)


def test_without_the_library_it_says_what_it_needs(data_dir, monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)

    with pytest.raises(Refused, match=r"pip install 'starfoundry\[keyring\]'"):
        cipher(data_dir)
