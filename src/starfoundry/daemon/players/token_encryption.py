"""Encryption of tokens at rest: the database holds ciphertext, the key is in a separate file or credential."""

import os
import stat
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from starfoundry.kernel.errors import Refused

KEY_FILE = "token.key"


class TokenCipher:
    """Encrypts and decrypts secrets. Each is bound to its owner: a token moved to another row cannot be decrypted.

    The first key encrypts, every key decrypts: a new key is put first, and the old one is removed once all tokens are
    encrypted with the new one.
    """

    def __init__(self, *keys: bytes) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self.is_changing = len(keys) > 1

    @classmethod
    def load(cls, data_dir: Path, credentials: Path | None = None) -> "TokenCipher":
        """The cipher with the service manager's keys, else with the key file, which is created at first use.

        Raises Refused for a key others may read.
        """
        if credentials is not None and (credentials / KEY_FILE).is_file():
            return cls._parsed(credentials / KEY_FILE)  # the manager controls who may read it
        path = data_dir / KEY_FILE
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            return cls._read(path)
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())  # a token encrypted with a key lost in a power cut is lost for good
        return cls._read(path)

    @classmethod
    def _read(cls, path: Path) -> "TokenCipher":
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Refused(f"{path} may be read by others; make it private again: chmod 600 {path}")
        return cls._parsed(path)

    @classmethod
    def _parsed(cls, path: Path) -> "TokenCipher":
        try:
            return cls(*path.read_bytes().split())
        except ValueError:
            raise Refused(f"{path} does not hold a key; put the right file back, or add every player again") from None

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
