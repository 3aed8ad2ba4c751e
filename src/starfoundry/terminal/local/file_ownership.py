"""Ownership of files and directories: whether another user could change what is at a path."""

import grp
import os
import pwd
import stat
from pathlib import Path

from starfoundry.kernel.errors import Missing, Refused


def read_trusted(path: Path) -> str:
    """The text of a file that only its owner can change, itself or through a directory above it.

    It may name the server that tokens are sent to, or a daemon. Raises Refused if another user can change it, or if it
    is not UTF-8 text.
    """
    require_trusted_directory(path.parent.resolve(), of=path)
    with path.open("rb") as file:
        facts = os.fstat(file.fileno())  # of the opened file, whatever is at the path by now
        if facts.st_uid not in (os.getuid(), 0):
            raise Refused(f"{path} belongs to another user; it is not read")
        if others := _others_who_may_write(facts):
            raise Refused(f"{path} can be written by {others}, so it is not read; to fix: chmod go-w {path}")
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refused(f"{path} is not UTF-8 text: {error}") from None


def require_trusted_directory(directory: Path, *, of: Path) -> None:
    """Raise Refused when another user can replace `of`, a file in the directory.

    Every directory above counts, except those in which users may remove only their own files (mode 1777).
    """
    for each in (directory, *directory.parents):
        try:
            facts = each.stat()
        except (FileNotFoundError, NotADirectoryError):
            raise Missing(f"there is no directory {each}") from None
        if facts.st_uid not in (os.getuid(), 0):
            raise Refused(f"{of} is not trusted: {each} belongs to another user, who can replace what is in it")
        others = _others_who_may_write(facts)
        if others and not facts.st_mode & stat.S_ISVTX:
            raise Refused(f"{of} is not trusted: {others} can replace what is in {each}; to fix: chmod go-w {each}")


def _others_who_may_write(facts: os.stat_result) -> str:
    """The users other than the owner who may write to it, in words; empty for none."""
    if facts.st_mode & stat.S_IWOTH:
        return "everybody"
    if facts.st_mode & stat.S_IWGRP and not _is_group_of_one(facts.st_gid, facts.st_uid):
        return f"the group {_group_name(facts.st_gid)}"
    return ""


def _is_group_of_one(group: int, owner: int) -> bool:
    """Whether a group belongs to its owner alone, as most systems create one for each user."""
    try:
        user, found = pwd.getpwuid(owner), grp.getgrgid(group)
    except KeyError:
        return False
    return found.gr_gid == user.pw_gid and found.gr_name == user.pw_name and set(found.gr_mem) <= {user.pw_name}


def _group_name(group: int) -> str:
    try:
        return grp.getgrgid(group).gr_name
    except KeyError:
        return str(group)
