"""The settings: one object, every variable known, faults that name the variable."""

import pytest
from pydantic import Field

from shared.runtime.keys import derive, load_keys
from shared.runtime.settings import OwnSettings, Settings, SettingsError, read_settings


class Sample(OwnSettings):
    """A service's own."""

    engine: str = Field("plain", description="an engine")


def test_nothing_set_gives_the_defaults():
    common, own = read_settings({"PATH": "/bin"}, {"sample": Sample})
    assert common == Settings()
    assert own == {"sample": Sample()}


def test_own_and_shared_variables_are_read():
    common, own = read_settings({"HUIYING_PORT": "9000", "HUIYING_SAMPLE_ENGINE": "fine", "HUIYING_DATA": "/srv/x"}, {"sample": Sample})
    assert (common.port, str(common.data), common.log) == (9000, "/srv/x", "sqlite:/srv/x/log.db")
    assert own["sample"] == Sample(engine="fine")


def test_an_empty_variable_means_the_default():
    assert read_settings({"HUIYING_PORT": ""}, {})[0].port == Settings().port


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"HUIYING_PROT": "1"}, "HUIYING_PROT"),
        ({"HUIYING_PORT": "much"}, "HUIYING_PORT"),
        ({"HUIYING_MODE": "demo"}, "HUIYING_MODE"),
        ({"HUIYING_SAMPLE_SPEED": "1"}, "HUIYING_SAMPLE_SPEED"),
    ],
)
def test_what_is_unknown_or_wrong_is_named(environment, named):
    with pytest.raises(SettingsError, match=named):
        read_settings(environment, {"sample": Sample})


def test_what_tells_the_tests_their_servers_is_left_alone():
    assert read_settings({"HUIYING_TEST_KAFKA": "127.0.0.1:9092", "HUIYING_PORT": "1"}, {})[0].port == 1


def test_keys_are_made_once_and_kept_to_their_owner(tmp_path):
    settings = Settings(data=tmp_path)
    keys = load_keys(settings)
    assert load_keys(settings) == keys
    assert keys.session != keys.contacts
    assert [path.stat().st_mode & 0o777 for path in sorted((tmp_path / "keys").iterdir())] == [0o600, 0o600]
    assert "session" not in repr(keys)


def test_production_takes_no_key_that_the_system_made(tmp_path):
    with pytest.raises(SettingsError, match="HUIYING_SESSION_KEY"):
        load_keys(Settings(data=tmp_path, mode="production"))
    with pytest.raises(SettingsError, match="32 characters"):
        load_keys(Settings(data=tmp_path, session_key="short"))


def test_keys_for_different_purposes_say_nothing_about_each_other():
    assert derive(b"x" * 32, "a") != derive(b"x" * 32, "b")
    assert derive(b"x" * 32, "a") == derive(b"x" * 32, "a")
