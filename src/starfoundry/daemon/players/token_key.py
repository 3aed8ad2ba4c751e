"""Places of the key that encrypts tokens: a credential of the service manager, the system's keyring, or a file.

Which one is a setting, never a guess: a daemon that finds no keyring today must not make a new key that opens nothing.
"""

import os
import stat
from pathlib import Path

from cryptography.fernet import Fernet

from starfoundry.kernel.errors import Refused, Unavailable

KEY_FILE = "token.key"
SERVICE = "starfoundry"
"""The name of our entries in a keyring; the user of each is a data directory."""


def read_keys(data_dir: Path, credentials: Path | None = None, *, is_in_keyring: bool = False) -> tuple[str, bytes]:
    """The place of the keys, for people, and the keys, separated by white space. The first key is made at first use.

    Raises Refused for a file others may read and for a keyring that keeps nothing, Unavailable for one that cannot be
    used now.
    """
    credential = None if credentials is None else credentials / KEY_FILE
    if credential is not None and credential.is_file():
        return str(credential), credential.read_bytes()  # the manager controls who may read it
    if is_in_keyring:
        return f"the keyring's entry {SERVICE} {data_dir}", _in_keyring(data_dir)
    return str(data_dir / KEY_FILE), _in_file(data_dir / KEY_FILE)


def _in_file(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        return _private(path)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key())
        file.flush()
        os.fsync(file.fileno())  # a token encrypted with a key lost in a power cut is lost for good
    return _private(path)


def _private(path: Path) -> bytes:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Refused(f"{path} may be read by others; make it private again: chmod 600 {path}")
    return path.read_bytes()


def _in_keyring(data_dir: Path) -> bytes:
    """The keys in the keyring; those of the key file, if there is one, are put there first."""
    try:
        import keyring  # noqa: PLC0415  (an extra)
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError:
        raise Refused("token_key.store = keyring needs the keyring: pip install 'starfoundry[keyring]'") from None
    path = data_dir / KEY_FILE
    try:
        found = keyring.get_password(SERVICE, str(data_dir))
        if not found:
            new = _private(path) if path.exists() else Fernet.generate_key()
            keyring.set_password(SERVICE, str(data_dir), new.decode().strip())
            found = keyring.get_password(SERVICE, str(data_dir))
    except KeyringError as error:
        why = str(error) or type(error).__name__
        raise Unavailable(f"the keyring cannot be used ({why}); unlock it, or leave out token_key.store") from None
    if not found:
        raise Refused(f"the keyring {type(keyring.get_keyring()).__name__} keeps nothing; leave out token_key.store")
    return found.encode()
