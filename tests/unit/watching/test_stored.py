"""What a setting is now, what it is after a restart, and why the device would not arm."""

import pytest

from host_tools.device import Device, DeviceError
from tests.unit.watching.conftest import Sim


def test_a_change_is_not_stored_until_it_is_saved(sim: Sim) -> None:
    device = Device(sim())
    assert device.set("force_limit_mn", 35000) == 35000
    assert (device.get("force_limit_mn"), device.stored("force_limit_mn")) == (35000, 50000)
    device.save()
    assert device.stored("force_limit_mn") == 35000


def test_what_is_no_setting_is_not_stored(sim: Sim) -> None:
    with pytest.raises(DeviceError, match="rate_spm is not stored"):
        Device(sim()).stored("rate_spm")


def test_reasons_are_those_of_this_moment(sim: Sim) -> None:
    link = sim()
    device = Device(link)
    assert [reason.split(":")[0] for reason in device.reasons()] == ["BUTTON", "NO_PROGRAM"]
    device.pump(1.0)
    assert [reason.split(":")[0] for reason in device.reasons()] == ["NO_PROGRAM"]
    assert link.plant is not None
    link.plant.faults.force_offset_n = 10.0
    device.pump(0.1)
    assert [reason.split(":")[0] for reason in device.reasons()] == ["HEAD_LOADED", "NO_PROGRAM"]
