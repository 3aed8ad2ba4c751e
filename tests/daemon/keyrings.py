"""Keyrings for tests: one that keeps its entries in a file, and one that forgets them."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend

FILE_VARIABLE = "TESTED_KEYRING_FILE"


class FileKeyring(KeyringBackend):
    """Keeps everything in the file that a variable names."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self._file = Path(os.environ[FILE_VARIABLE])

    def entries(self) -> dict[str, str]:
        return json.loads(self._file.read_text()) if self._file.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._file.write_text(json.dumps(self.entries() | {f"{service} {username}": password}))


class ForgetfulKeyring(FileKeyring):
    """Takes everything, and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass
