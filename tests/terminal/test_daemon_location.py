"""Where the daemon lives: flags, then the environment, then the file, then the default."""

import os
from pathlib import Path

import pytest

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.terminal.local.contexts import Context, Contexts, contexts_file, load, resolved, save
from starfoundry.terminal.local.daemon_location import locate


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A working directory without a settings file."""
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")


def test_the_socket_lies_in_the_data_directory(tmp_path):
    place = locate(data_dir=str(tmp_path / "data"), environment={})

    assert place.data_dir == tmp_path / "data"
    assert place.socket == tmp_path / "data" / "daemon.sock"


def test_a_flag_wins_over_the_environment_and_that_over_the_file(tmp_path):
    Path("starfoundry.toml").write_text(f'data_dir = "{tmp_path}/file"\n')

    from_file = locate(environment={}).data_dir
    from_environment = locate(environment={"STARFOUNDRY_DATA_DIR": f"{tmp_path}/env"}).data_dir
    from_flag = locate(data_dir=f"{tmp_path}/flag", environment={"STARFOUNDRY_DATA_DIR": f"{tmp_path}/env"}).data_dir

    assert [path.name for path in (from_file, from_environment, from_flag)] == ["file", "env", "flag"]


def test_without_any_word_it_is_the_users_own_data_directory():
    assert locate(environment={}).data_dir.name == "starfoundry"


def test_a_settings_file_in_the_data_directory_is_found_and_may_move_the_socket(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "starfoundry.toml").write_text('socket = "/run/somewhere.sock"\n')

    assert locate(data_dir=str(tmp_path / "data"), environment={}).socket == Path("/run/somewhere.sock")


def test_a_named_settings_file_that_is_not_there_is_missing(tmp_path):
    with pytest.raises(Missing, match=r"no settings file .*x\.toml"):
        locate(environment={"STARFOUNDRY_CONFIG": str(tmp_path / "x.toml")})


def test_a_file_that_is_not_toml_is_refused_by_name():
    Path("starfoundry.toml").write_text("data_dir: yaml\n")

    with pytest.raises(Refused, match=r"starfoundry\.toml is not valid TOML"):
        locate(environment={})


def test_a_byte_order_mark_before_the_settings_is_passed_over(tmp_path):
    (tmp_path / "starfoundry.toml").write_bytes(b'\xef\xbb\xbfsocket = "other.sock"\n')

    assert locate(data_dir=str(tmp_path), environment={}).socket == tmp_path / "other.sock"


def test_without_a_home_directory_a_named_data_directory_is_enough(tmp_path, monkeypatch):
    _without_home(monkeypatch)

    assert locate(data_dir=str(tmp_path), environment={}).data_dir == tmp_path
    with pytest.raises(Refused, match="name one with --data-dir"):
        locate(environment={})
    with pytest.raises(Refused, match="the home directory is unknown"):
        locate(data_dir="~/data", environment={})


def test_without_a_home_directory_there_are_no_contexts_and_none_is_kept(tmp_path, monkeypatch):
    _without_home(monkeypatch)

    assert contexts_file() is None
    assert load(None) == Contexts()
    assert resolved(Context(), data_dir=str(tmp_path), socket=None)[0].data_dir == tmp_path
    with pytest.raises(Refused, match="set HOME"):
        save(None, Contexts())


def _without_home(monkeypatch):
    def unknown(*_who):
        raise KeyError("no such user")

    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", unknown)


def test_a_file_that_everybody_may_write_is_not_trusted():
    """It could name another server, and tokens would go there."""
    Path("starfoundry.toml").write_text("")
    Path("starfoundry.toml").chmod(0o666)

    with pytest.raises(Refused, match="written by everybody"):
        locate(environment={})


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_not_trusted():
    Path("starfoundry.toml").write_text("")
    os.chown("starfoundry.toml", 65534, 65534)

    with pytest.raises(Refused, match="belongs to another user"):
        locate(environment={})
