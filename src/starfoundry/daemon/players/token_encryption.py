"""Keeps tokens unreadable at rest: the database holds them sealed, the key lies in a file or credential of its own."""

import os
import stat
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from starfoundry.kernel.errors import Refused

KEY_FILE = "token.key"


class TokenCipher:
    """Seals and opens secrets. Each is bound to an owner, so that a sealed token moved to another row does not open.

    The first key seals, every key opens: a new one is put before the old, which goes once everything is sealed anew.
    """

    def __init__(self, *keys: bytes) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self.is_changing = len(keys) > 1

    @classmethod
    def kept_in(cls, data_dir: Path, credentials: Path | None = None) -> "TokenCipher":
        """The seal whose keys a service manager hands over, else of the directory's file; that is made on first use.

        Raises Refused for a key others may read.
        """
        if credentials is not None and (credentials / KEY_FILE).is_file():
            return cls._parsed(credentials / KEY_FILE)  # the manager has seen to who may read it
        path = data_dir / KEY_FILE
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            return cls._read(path)
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())  # a token sealed with a key that a power cut takes away is lost for good
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

    def close(self, secret: str, *, owner: str) -> bytes:
        """The secret, sealed for its owner."""
        return self._fernet.encrypt(f"{owner}\n{secret}".encode())

    def open(self, sealed: bytes, *, owner: str) -> str:
        """The secret. Raises Refused when it was sealed with another key or for another owner."""
        try:
            found, _, secret = self._fernet.decrypt(sealed).decode().partition("\n")
        except InvalidToken:
            raise Refused(f"the token of {owner} was sealed with another key; add the player again") from None
        if found != owner:
            raise Refused(f"the token stored for {owner} was sealed for {found}; add the player again")
        return secret
