"""Tokens at rest."""

import pytest
from cryptography.fernet import Fernet

from starfoundry.daemon.players.token_encryption import TokenCipher
from starfoundry.daemon.players.token_key import KEY_FILE
from starfoundry.kernel.errors import Refused


def test_what_was_sealed_opens_for_its_owner_in_the_next_process_too(tmp_path):
    encrypted = TokenCipher.load(tmp_path).encrypt("secret", owner="FOUNDRY")

    assert TokenCipher.load(tmp_path).decrypt(encrypted, owner="FOUNDRY") == "secret"


def test_neither_the_secret_nor_its_owner_can_be_read_in_it(tmp_path):
    encrypted = TokenCipher.load(tmp_path).encrypt("secret", owner="FOUNDRY")

    assert b"secret" not in encrypted
    assert b"FOUNDRY" not in encrypted


def test_a_sealed_token_moved_to_another_owner_does_not_open(tmp_path):
    cipher = TokenCipher.load(tmp_path)

    with pytest.raises(Refused, match="was encrypted for FOUNDRY"):
        cipher.decrypt(cipher.encrypt("secret", owner="FOUNDRY"), owner="OTHER")


def test_another_key_does_not_open_it(tmp_path):
    encrypted = TokenCipher.load(tmp_path).encrypt("secret", owner="FOUNDRY")
    (tmp_path / KEY_FILE).unlink()

    with pytest.raises(Refused, match="another key"):
        TokenCipher.load(tmp_path).decrypt(encrypted, owner="FOUNDRY")


def test_the_key_is_for_its_owner_only(tmp_path):
    TokenCipher.load(tmp_path)

    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_may_read_is_refused(tmp_path):
    TokenCipher.load(tmp_path)
    (tmp_path / KEY_FILE).chmod(0o640)

    with pytest.raises(Refused, match="chmod 600"):
        TokenCipher.load(tmp_path)


def test_a_damaged_key_is_told_and_kept(tmp_path):
    (tmp_path / KEY_FILE).write_text("no key")
    (tmp_path / KEY_FILE).chmod(0o600)

    with pytest.raises(Refused, match="does not hold a key"):
        TokenCipher.load(tmp_path)
    assert (tmp_path / KEY_FILE).read_text() == "no key"


def test_a_new_key_before_the_old_seals_and_the_old_still_opens(tmp_path):
    old = TokenCipher.load(tmp_path).encrypt("secret", owner="FOUNDRY")
    path = tmp_path / KEY_FILE
    first = path.read_bytes()
    path.write_bytes(Fernet.generate_key() + b"\n" + first)

    changing = TokenCipher.load(tmp_path)
    anew = changing.encrypt(changing.decrypt(old, owner="FOUNDRY"), owner="FOUNDRY")
    path.write_bytes(path.read_bytes().split()[0])

    assert changing.is_changing
    assert TokenCipher.load(tmp_path).decrypt(anew, owner="FOUNDRY") == "secret"
    with pytest.raises(Refused, match="another key"):
        TokenCipher.load(tmp_path).decrypt(old, owner="FOUNDRY")


def test_a_key_that_a_service_manager_hands_over_is_taken_and_none_is_made(tmp_path):
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / KEY_FILE).write_bytes(Fernet.generate_key())
    (tmp_path / "data").mkdir()

    encrypted = TokenCipher.load(tmp_path / "data", tmp_path / "credentials").encrypt("secret", owner="FOUNDRY")

    assert not list((tmp_path / "data").iterdir())
    assert TokenCipher.load(tmp_path / "data", tmp_path / "credentials").decrypt(encrypted, owner="FOUNDRY") == "secret"
