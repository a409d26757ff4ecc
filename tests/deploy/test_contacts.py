"""The contacts key in the hands of intake alone: the other services start without it, also in production."""

import os
import subprocess
import sys

import pytest

from services.house import PLANS, settings_of
from shared.runtime.host import open_house
from shared.runtime.settings import SettingsError
from tests.deploy.paths import ROOT

SESSION_KEY = "s" * 32


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
async def test_only_intake_needs_the_contacts_key(plan, tmp_path):
    settings, own = settings_of({"HUIYING_DATA": str(tmp_path), "HUIYING_MODE": "production", "HUIYING_SESSION_KEY": SESSION_KEY})
    if plan.name == "intake":
        with pytest.raises(SettingsError, match="HUIYING_CONTACTS_KEY"):
            open_house(settings, own, [plan])
        return
    house = open_house(settings, own, [plan])
    await house.close()
    assert house.keys.contacts == b""
    assert not (tmp_path / "keys").exists()


def test_the_commands_about_one_service_need_what_that_service_needs(tmp_path):
    environment = {
        **os.environ, "HUIYING_DATA": str(tmp_path), "HUIYING_MODE": "production", "HUIYING_SESSION_KEY": SESSION_KEY,
    }  # fmt: skip

    def parked(*services: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from services.command import main; main()", "parked", "list", *services]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert parked("routing").returncode == 0
    refused = parked()
    assert refused.returncode == 2
    assert "HUIYING_CONTACTS_KEY" in refused.stderr
