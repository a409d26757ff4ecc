"""The command's part of tracking: accounts, tokens and parked events from a terminal."""

import re

import pytest
from typer.testing import CliRunner, Result

from services.command import application


@pytest.fixture
def huiying(tmp_path, monkeypatch):
    """Runs `huiying …` on an empty folder."""
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path))
    monkeypatch.setenv("HUIYING_LOG_LEVEL", "error")
    monkeypatch.setattr("shared.telemetry.configure", lambda level: None)  # it would replace the logging of the whole test run

    def run(*words: str) -> Result:
        return CliRunner().invoke(application, list(words))

    return run


def test_an_account_is_made_listed_given_a_password_and_closed(huiying):
    made = huiying("account", "add", "liming", "--name", "李明", "--role", "liaison", "--role", "handler", "--department", "water")
    assert made.exit_code == 0, made.output
    assert re.fullmatch(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}\n", made.stdout)
    listed = huiying("account", "list").stdout
    assert "liming" in listed
    assert "water" in listed
    assert huiying("account", "password", "liming").stdout != made.stdout
    assert huiying("account", "deactivate", "liming").exit_code == 0
    assert "closed" in huiying("account", "list").stdout


def test_a_token_is_printed_for_an_active_account_only(huiying):
    huiying("account", "add", "chen", "--name", "陈静", "--role", "dispatcher")
    token = huiying("token", "chen", "--days", "30")
    assert token.stdout.count(".") == 2
    huiying("account", "deactivate", "chen")
    refused = huiying("token", "chen")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "没有这个账号" in refused.stderr


def test_a_refusal_is_said_in_both_languages(huiying):
    refused = huiying("account", "add", "li", "--name", "李", "--role", "handler")
    assert refused.exit_code == 1
    assert refused.stderr == "这些角色必须有单位。 These roles need a department.\n"


def test_parked_events_are_listed_replayed_and_dismissed(huiying):
    assert huiying("parked", "list").exit_code == 0
    assert huiying("parked", "replay", "routing", "2603020000017").stdout == "0 handled\n"
    dismissed = huiying("parked", "dismiss", "tracking", "2603020000017", "0" * 16)
    assert dismissed.exit_code == 1
    assert "list again" in dismissed.stderr
