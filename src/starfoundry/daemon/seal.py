"""Keeps tokens unreadable at rest: the database holds them sealed, the key lies beside it in a file of its own."""

import os
import stat
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from starfoundry.kernel.errors import Refused

KEY_FILE = "token.key"


class Seal:
    """Seals and opens secrets. Each is bound to an owner, so that a sealed token moved to another row does not open."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)

    @classmethod
    def kept_in(cls, data_dir: Path) -> "Seal":
        """The seal whose key lies in the directory; made on first use. Raises Refused for a key others may read."""
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
    def _read(cls, path: Path) -> "Seal":
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Refused(f"{path} may be read by others; make it private again: chmod 600 {path}")
        try:
            return cls(path.read_bytes().strip())
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
