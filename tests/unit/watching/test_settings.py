"""Settings on a device: applied, stored, and the way between them."""

import pytest

from host_tools.device import Device, DeviceError
from host_tools.settings import Settings
from tests.unit.watching.conftest import Sim


def test_a_change_applies_shows_as_unsaved_and_is_kept_by_saving(sim: Sim) -> None:
    device = Device(sim())
    settings = Settings(device)
    assert settings.unsaved() == []
    assert settings.set("force_limit_mn", 35000) == 35000
    assert [str(one) for one in settings.unsaved()] == ["force_limit_mn  50 N -> 35 N"]
    assert device.get("force_limit_mn") == 35000
    assert [one.applied for one in settings.save()] == [35000]
    assert settings.unsaved() == []
    assert Settings(device).stored["force_limit_mn"] == 35000


def test_revert_brings_back_what_is_stored(sim: Sim) -> None:
    device = Device(sim())
    settings = Settings(device)
    settings.set("force_limit_mn", 35000)
    settings.set("session_s", 60)
    assert {one.row.name for one in settings.revert()} == {"force_limit_mn", "session_s"}
    assert (device.get("force_limit_mn"), device.get("session_s")) == (50000, 600)
    assert settings.revert() == []


def test_steps_end_at_the_ends_of_the_range(sim: Sim) -> None:
    settings = Settings(Device(sim()))
    assert settings.nudge("force_limit_mn", -1) == 49500
    assert settings.nudge("force_limit_mn", 1000) == 50000
    assert settings.nudge("force_limit_mn", -1000) == 5000


def test_a_device_that_cannot_store_says_so_and_keeps_what_applies(sim: Sim) -> None:
    link = sim()
    settings = Settings(Device(link))
    settings.set("force_limit_mn", 35000)
    link.app.settings.slots._path = "/nowhere/at/all"
    with pytest.raises(DeviceError, match="did not store"):
        settings.save()
    assert settings.applied["force_limit_mn"] == 35000
    assert len(settings.unsaved()) == 1


def test_settings_that_the_device_could_not_use_are_saved_although_nothing_differs(sim: Sim) -> None:
    link = sim()
    link.app.settings.damaged = True
    settings = Settings(Device(link))
    assert (settings.unusable, settings.unsaved()) == (True, [])
    assert settings.save() == []
    assert link.app.settings.intact
    assert not settings.unusable
