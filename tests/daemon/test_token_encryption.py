"""Tokens at rest."""

import pytest
from cryptography.fernet import Fernet

from starfoundry.daemon.players.token_encryption import KEY_FILE, TokenCipher
from starfoundry.kernel.errors import Refused


def test_what_was_sealed_opens_for_its_owner_in_the_next_process_too(tmp_path):
    sealed = TokenCipher.kept_in(tmp_path).close("secret", owner="FOUNDRY")

    assert TokenCipher.kept_in(tmp_path).open(sealed, owner="FOUNDRY") == "secret"


def test_neither_the_secret_nor_its_owner_can_be_read_in_it(tmp_path):
    sealed = TokenCipher.kept_in(tmp_path).close("secret", owner="FOUNDRY")

    assert b"secret" not in sealed
    assert b"FOUNDRY" not in sealed


def test_a_sealed_token_moved_to_another_owner_does_not_open(tmp_path):
    cipher = TokenCipher.kept_in(tmp_path)

    with pytest.raises(Refused, match="was encrypted for FOUNDRY"):
        cipher.open(cipher.close("secret", owner="FOUNDRY"), owner="OTHER")


def test_another_key_does_not_open_it(tmp_path):
    sealed = TokenCipher.kept_in(tmp_path).close("secret", owner="FOUNDRY")
    (tmp_path / KEY_FILE).unlink()

    with pytest.raises(Refused, match="another key"):
        TokenCipher.kept_in(tmp_path).open(sealed, owner="FOUNDRY")


def test_the_key_is_for_its_owner_only(tmp_path):
    TokenCipher.kept_in(tmp_path)

    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_may_read_is_refused(tmp_path):
    TokenCipher.kept_in(tmp_path)
    (tmp_path / KEY_FILE).chmod(0o640)

    with pytest.raises(Refused, match="chmod 600"):
        TokenCipher.kept_in(tmp_path)


def test_a_damaged_key_is_told_and_kept(tmp_path):
    (tmp_path / KEY_FILE).write_text("no key")
    (tmp_path / KEY_FILE).chmod(0o600)

    with pytest.raises(Refused, match="does not hold a key"):
        TokenCipher.kept_in(tmp_path)
    assert (tmp_path / KEY_FILE).read_text() == "no key"


def test_a_new_key_before_the_old_seals_and_the_old_still_opens(tmp_path):
    old = TokenCipher.kept_in(tmp_path).close("secret", owner="FOUNDRY")
    path = tmp_path / KEY_FILE
    first = path.read_bytes()
    path.write_bytes(Fernet.generate_key() + b"\n" + first)

    changing = TokenCipher.kept_in(tmp_path)
    anew = changing.close(changing.open(old, owner="FOUNDRY"), owner="FOUNDRY")
    path.write_bytes(path.read_bytes().split()[0])

    assert changing.is_changing
    assert TokenCipher.kept_in(tmp_path).open(anew, owner="FOUNDRY") == "secret"
    with pytest.raises(Refused, match="another key"):
        TokenCipher.kept_in(tmp_path).open(old, owner="FOUNDRY")


def test_a_key_that_a_service_manager_hands_over_is_taken_and_none_is_made(tmp_path):
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / KEY_FILE).write_bytes(Fernet.generate_key())
    (tmp_path / "data").mkdir()

    sealed = TokenCipher.kept_in(tmp_path / "data", tmp_path / "credentials").close("secret", owner="FOUNDRY")

    assert not list((tmp_path / "data").iterdir())
    assert TokenCipher.kept_in(tmp_path / "data", tmp_path / "credentials").open(sealed, owner="FOUNDRY") == "secret"
