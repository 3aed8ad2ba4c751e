"""The name of a caller whom the operating system identifies."""

import os
import pwd

from starfoundry.daemon.access.interceptor import login_name

UNLISTED = 4_000_000


def test_a_user_of_this_machine_is_called_by_the_login_name():
    assert login_name(os.getuid()) == pwd.getpwuid(os.getuid()).pw_name


def test_a_user_whom_the_system_does_not_list_is_called_by_the_number():
    assert login_name(UNLISTED) == str(UNLISTED)
