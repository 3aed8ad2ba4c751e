"""Encryption of tokens at rest: the database holds ciphertext, the key is elsewhere."""

from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from starfoundry.daemon.players.token_key import read_keys
from starfoundry.kernel.errors import Refused


class TokenCipher:
    """Encrypts and decrypts secrets. Each is bound to its owner: a token moved to another row cannot be decrypted.

    The first key encrypts, every key decrypts: a new key is put first, and the old one is removed once all tokens are
    encrypted with the new one.
    """

    def __init__(self, *keys: bytes) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self.is_changing = len(keys) > 1

    @classmethod
    def load(cls, data_dir: Path, credentials: Path | None = None, *, is_in_keyring: bool = False) -> "TokenCipher":
        """The cipher with the keys where they are (see `read_keys`). Raises Refused for what is no key."""
        place, keys = read_keys(data_dir, credentials, is_in_keyring=is_in_keyring)
        try:
            return cls(*keys.split())
        except ValueError:
            raise Refused(f"{place} does not hold a key; put the right one back, or add every player again") from None

    def encrypt(self, secret: str, *, owner: str) -> bytes:
        """The secret, encrypted for its owner."""
        return self._fernet.encrypt(f"{owner}\n{secret}".encode())

    def decrypt(self, encrypted: bytes, *, owner: str) -> str:
        """The secret. Raises Refused when it was encrypted with another key or for another owner."""
        try:
            found, _, secret = self._fernet.decrypt(encrypted).decode().partition("\n")
        except InvalidToken:
            raise Refused(f"the secret of {owner} was encrypted with another key; add it again") from None
        if found != owner:
            raise Refused(f"the secret stored for {owner} was encrypted for {found}; add it again")
        return secret
