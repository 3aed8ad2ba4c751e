"""Ownership of files and directories: whether somebody else could change what lies at a path."""

import grp
import os
import pwd
import stat
from pathlib import Path

from starfoundry.kernel.errors import Missing, Refused


def read_ours(path: Path) -> str:
    """The text of a file that nobody but its owner can change: not it, nor by way of a directory above it.

    It may name the server that tokens are sent to, or a daemon. Raises Refused where somebody else can change it, or
    it is no text in UTF-8.
    """
    require_trusted_directory(path.parent.resolve(), of=path)
    with path.open("rb") as file:
        facts = os.fstat(file.fileno())  # of what is read, whatever lies at the path by now
        if facts.st_uid not in (os.getuid(), 0):
            raise Refused(f"{path} belongs to somebody else; it is not read")
        if others := _others_who_may_write(facts):
            raise Refused(f"{path} can be written by {others}; take that away (chmod go-w {path}) so that it is read")
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refused(f"{path} is no text in UTF-8: {error}") from None


def require_trusted_directory(directory: Path, *, of: Path) -> None:
    """Raise Refused when somebody else can put another file in the place of `of`, which lies in the directory.

    Every directory above counts. In one where each may remove only what is its own (mode 1777) nobody can.
    """
    for each in (directory, *directory.parents):
        try:
            facts = each.stat()
        except (FileNotFoundError, NotADirectoryError):
            raise Missing(f"there is no directory {each}") from None
        if facts.st_uid not in (os.getuid(), 0):
            raise Refused(f"{of} is not trusted: {each} belongs to somebody else, who can replace what is in it")
        others = _others_who_may_write(facts)
        if others and not facts.st_mode & stat.S_ISVTX:
            raise Refused(
                f"{of} is not trusted: {others} can replace what is in {each}; take that away (chmod go-w {each})"
            )


def _others_who_may_write(facts: os.stat_result) -> str:
    """Who may write to it besides its owner, in words; empty for nobody."""
    if facts.st_mode & stat.S_IWOTH:
        return "everybody"
    if facts.st_mode & stat.S_IWGRP and not _is_group_of_one(facts.st_gid, facts.st_uid):
        return f"the group {_group_name(facts.st_gid)}"
    return ""


def _is_group_of_one(group: int, owner: int) -> bool:
    """Whether a group is its owner's own, as most systems make one for each user."""
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
