"""Zero and gain from two readings: right where they can be, refused with a reason where they cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import calibration
from host_tools.calibration import N_PER_KG, Reading, read, work_out
from host_tools.device import Device, DeviceError
from host_tools.errors import TapoteError
from host_tools.links.factory import open_link
from host_tools.links.url import parse
from tapote import calibration as on_device
from tests.sessions import simulated


@given(st.floats(0.78, 1.42), st.floats(0, 3500), st.floats(0.5, 5.0))
def test_a_sensor_that_is_off_is_brought_to_show_the_truth(factor: float, zero_mn: float, kg: float) -> None:
    """factor: what the sensor shows of the true force; zero_mn: what it shows of none."""
    weight_mn = kg * N_PER_KG * 1000
    free, loaded = Reading(zero_mn, 50), Reading(zero_mn + weight_mn * factor, 300)
    zero, gain = work_out(free, loaded, kg)
    assert on_device.valid(zero, gain)
    assert loaded.mean_mn * gain / 1000 - zero == pytest.approx(weight_mn, rel=0.002, abs=2)
    assert free.mean_mn * gain / 1000 - zero == pytest.approx(0, abs=1)


@pytest.mark.parametrize(
    ("free", "loaded", "kg", "words"),
    [
        (Reading(0, 0), Reading(9806, 0), 0.4, "0.5 to 5 kg"),
        (Reading(0, 0), Reading(9806, 0), float("nan"), "0.5 to 5 kg"),
        (Reading(0, 1600), Reading(9806, 0), 1.0, "unloaded head wavered by 1.6 N"),
        (Reading(0, 0), Reading(9806, 2100), 1.0, "pressed head wavered by 2.1 N"),
        (Reading(0, 0), Reading(14_200, 0), 1.0, "more than 30 % off"),
        (Reading(0, 0), Reading(7_400, 0), 1.0, "more than 30 % off"),
        (Reading(500, 0), Reading(400, 0), 1.0, "more than 30 % off"),
        (Reading(5100, 0), Reading(5100 + 9806, 0), 1.0, "unloaded head reads 5.1 N"),
    ],
)
def test_what_cannot_be_right_is_refused(free: Reading, loaded: Reading, kg: float, words: str) -> None:
    with pytest.raises(TapoteError, match=words):
        work_out(free, loaded, kg)


def test_the_bounds_are_the_firmwares() -> None:
    assert (calibration.ZERO_MAX_MN, calibration.GAIN_MIN_PERMILLE, calibration.GAIN_MAX_PERMILLE) == (
        on_device.ZERO_MAX_MN,
        on_device.GAIN_MIN_PERMILLE,
        on_device.GAIN_MAX_PERMILLE,
    )


def test_a_device_whose_sensor_is_off_shows_the_true_force_afterwards() -> None:
    link = open_link(parse("sim:"))
    device, plant = Device(link), link.plant
    assert plant is not None
    plant.faults.force_gain = 0.8
    device.pump(0.5)
    free = read(device)
    plant.begin_press()
    device.pump(3.0)
    loaded = read(device)
    zero_mn, gain = work_out(free, loaded, loaded.scale_kg)
    assert gain == pytest.approx(1250, abs=40)
    device.calibrate(zero_mn, gain)
    shown, true = [], []
    for _ in range(50):
        device.pump(0.02)
        shown.append(device.get("force_filt_q4") / 16000)
        true.append(plant.force_n)
    assert sum(shown) / 50 == pytest.approx(sum(true) / 50, rel=0.03)
    found = device.usage()
    assert (found.zero_mn, found.gain_permille) == (zero_mn, gain)
    with pytest.raises(DeviceError, match="did not take the calibration"):
        device.calibrate(0, 2000)
    assert device.usage().gain_permille == gain
    link.close()


def test_usage_names_what_was_counted_and_how_the_storage_is() -> None:
    link = simulated()
    device = Device(link)
    device.pump(0.5)
    device.set("force_limit_mn", 20_000)
    device.save()
    link.app._fail(1 << 7, link.hal.now_ms())
    found = device.usage()
    assert found.fault_counts == {"STALL": 1}
    assert (found.settings_state, found.calibration_state) == (1, 0)
    link.close()


def test_a_device_knows_whether_it_was_ever_calibrated() -> None:
    link = simulated()
    device = Device(link)
    assert not device.usage().calibrated
    device.calibrate(300, 1050)
    assert device.usage().calibrated
    device.calibrate(0, 1000)
    assert not device.usage().calibrated, "taken back, as by `tapote calibrate --reset`"
    link.close()
