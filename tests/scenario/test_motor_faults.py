"""What current sensor and tachometer tell, against the physics: cases 10, 12, 13, 15, 16 and 17 of the fault matrix."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from math import exp
from typing import Any

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.device import Device
from host_tools.links.sim import SimLink
from host_tools.messages import fault_name
from host_tools.plant.build import build_plant
from host_tools.plant.faults import PlantFaults
from host_tools.plant.plant import Plant
from tapote import params, states

from ..sessions import program

BOARD = load_board("pico_mosfet_fsr")
LEARNT_PERMILLE = 1180  # as docs/how-it-works.md says: 1.18 times what a calibrated sensor showed


@dataclass
class Session:
    """A session that the test steps by hand; the injected fault is looked for in the physics as well."""

    link: SimLink
    plant: Plant

    def __getitem__(self, name: str) -> int:
        return self.link.hal.regs[params.slot(name)]

    @property
    def state(self) -> int:
        return self.link.app.session.state

    @property
    def faults(self) -> list[str]:
        held = self.link.app.session.held
        return [fault_name(number) for number in range(1, 30) if held >> number & 1]

    def off_within(self, seconds: float) -> float:
        """Seconds until FAULT."""
        start_s = self.link.now_s()
        while self.state != states.FAULT:
            assert self.link.now_s() - start_s < seconds, f"still {states.STATES[self.state]} after {seconds} s"
            self.link.advance(0.001)
        self.link.advance(0.001)
        assert not self.link.hal.connected
        return self.link.now_s() - start_s


Begin = Callable[..., Session]


@pytest.fixture
def session() -> Iterator[Begin]:
    """Sessions that are closed after the test."""
    with ExitStack() as stack:

        def begin(*args: Any, **fields: Any) -> Session:
            made = running(*args, **fields)
            stack.callback(made.link.close)
            return made

        yield begin


def running(
    seconds: float = 4.0, press_n: float | None = None, tissue: str = "normal", setting: int = 1600, **fields: int
) -> Session:
    """A session that has run for so long, with the head on the body for all of it but 2 s when press_n is given."""
    plant = build_plant(BOARD, tissue=tissue, region="glutes", press_n=press_n, seconds=600.0)
    link = SimLink(compile_board(BOARD), plant)
    device = Device(link)
    device.upload(program(BOARD, 600.0, **{"drive_from_permille": 900, "drive_to_permille": 900, **fields}))
    if setting:
        link.hal.regs[params.slot("felt_limit_permille")] = setting
    device.pump(0.6)
    assert device.arm(tethered=False) == []
    link.press_button()
    link.advance(2.0)
    if press_n is not None:
        plant.begin_press()
    link.advance(seconds - 2.0)
    made = Session(link, plant)
    assert made.state in states.MOVING
    return made


def strokes_on(device: Session, seconds: float) -> None:
    """No fault for so long."""
    for _ in range(round(seconds * 10)):
        device.link.advance(0.1)
        assert device.state in states.MOVING, device.faults


# -- 10: a force sensor that has lost gain ----------------------------------------------------------------------------


@pytest.mark.parametrize(("tissue", "press_n"), [("soft", 8.0), ("normal", 14.0), ("firm", 10.0)])
def test_a_sensor_that_loses_30_percent_is_found_in_a_minute(session: Begin, tissue: str, press_n: float) -> None:
    device = session(5.0, press_n, tissue, LEARNT_PERMILLE)
    strokes_on(device, 40.0)
    assert 800 <= device["felt_permille"] <= LEARNT_PERMILLE
    read_mn = mean_force_mn(device)
    device.plant.faults.force_gain = 0.7
    assert mean_force_mn(device) == pytest.approx(0.7 * read_mn, rel=0.1)
    assert device.off_within(45.0) >= 10.0
    assert device.faults == ["FORCE_DISAGREE"]
    assert device["felt_permille"] > LEARNT_PERMILLE


def test_a_sensor_that_loses_half_is_found_with_a_wide_limit(session: Begin) -> None:
    device = session(5.0, 14.0, "normal")
    device.plant.faults.force_gain = 0.5
    device.off_within(45.0)
    assert device.faults == ["FORCE_DISAGREE"]
    assert device["felt_permille"] > device["felt_limit_permille"] == 1600


def mean_force_mn(device: Session) -> float:
    """Of the sensor, over a second."""
    total = 0
    for _ in range(1000):
        device.link.advance(0.001)
        total += device["force_mn"]
    return total / 1000


# -- 12: a force sensor that says nothing while the motor works -------------------------------------------------------


@pytest.mark.parametrize(
    ("rate_spm", "tissue", "most_s"), [(1200, "soft", 0.1), (1800, "normal", 0.1), (2200, "soft", 0.3)]
)
def test_force_gone_under_a_press_is_found(session: Begin, rate_spm: int, tissue: str, most_s: float) -> None:
    """Within 100 ms; at more than 2000 strokes/min the drive that comes back hides the ripple for longer."""
    for after_s in (0.0, 0.007, 0.016):  # wherever in the stroke
        device = session(6.0 + after_s, 19.0, tissue, rate_from_spm=rate_spm, rate_to_spm=rate_spm, limit_mn=50_000)
        assert device.plant.mechanism.held
        device.plant.faults.force_override_n = 1.0
        assert device.off_within(most_s) >= 0.06
        assert device["force_filt_q4"] < 5000 * 16
        assert device.faults == ["FORCE_DISAGREE"]


def test_a_head_that_is_really_lifted_is_no_disagreement(session: Begin) -> None:
    device = session(5.0, 19.0, "soft", limit_mn=50_000)
    for _ in range(10):
        device.plant.lift()
        strokes_on(device, 1.0)
        assert device.plant.force_n == 0.0
        device.plant.begin_press()
        strokes_on(device, 2.0)


# -- 13: the rotor jams -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_spm", [600, 1200, 1800, 2700])
def test_a_locked_rotor_is_off_in_300_ms(session: Begin, rate_spm: int) -> None:
    device = session(4.0, rate_from_spm=rate_spm, rate_to_spm=rate_spm)
    device.plant.faults.rotor_locked = True
    assert device.off_within(0.3) > 0.04
    assert device.plant.rate_spm == 0.0
    assert len(device.faults) == 1
    assert device.faults[0] in {"STALL", "OVERCURRENT"}


# -- 15: the winding's heat -------------------------------------------------------------------------------------------


def test_two_minutes_at_90_percent_load_heat_the_model_as_the_winding(session: Begin) -> None:
    """At 90 % of what the winding stands for ever: the model follows the true current; the true winding stays cooler,
    because its copper is not yet as hot as the limit assumes."""
    board = compile_board(BOARD)
    device = session(3.0)
    limit_a = board["i2t_ma"] / 1000
    # What loads the motor is a brake on the shaft: the plant's friction, set so that the current is what the case asks.
    brake(device.plant, 0.9 * limit_a)
    device.link.advance(5.0)
    start_permille = device["heat_permille"]
    warm_c = device.plant.motor_temp_c
    heat = start_permille / 1000
    square = 0.0
    for _ in range(12_000):
        device.link.advance(0.01)
        square += device.plant.current_a**2 / 12_000
    assert square**0.5 == pytest.approx(0.9 * limit_a, rel=0.05)
    decay = exp(-120 / board["i2t_tau_s"])
    expected = heat * decay + square / limit_a**2 * (1 - decay)
    assert device["heat_permille"] / 1000 == pytest.approx(expected, rel=0.1)
    rise_k = device.plant.motor_temp_c - warm_c * decay - 24.0 * (1 - decay)
    modelled_k = 80.0 * (device["heat_permille"] / 1000 - heat * decay)
    assert rise_k < modelled_k < 1.35 * rise_k
    assert device.state in states.MOVING


def brake(plant: Plant, current_a: float) -> None:
    """A steady friction at the crank that takes this current."""
    mechanism: Any = plant.mechanism
    numbers = list(mechanism._coefficients)
    numbers[6] = numbers[5] * current_a  # dry friction = torque per ampere x current
    mechanism._coefficients = tuple(numbers)


# -- 16: the current sensor dies --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_spm", [1200, 1800, 2600])
@pytest.mark.parametrize("press_n", [None, 15.0])
def test_a_dead_current_sensor_is_found_in_100_ms(session: Begin, rate_spm: int, press_n: float | None) -> None:
    device = session(6.0, press_n, rate_from_spm=rate_spm, rate_to_spm=rate_spm, limit_mn=50_000)
    assert device["current_ma"] > 300
    assert device.state == states.RUNNING
    device.plant.faults.current_dead = True
    device.link.advance(0.03)
    assert device["current_ma"] < 0.7 * device.plant.supply_a * 1000
    assert device.off_within(0.07) > 0.0
    assert device.faults == ["CURRENT_SENSOR"]


def test_a_dead_current_sensor_is_found_once_the_foldback_ends(session: Begin) -> None:
    """While drive is being taken away a heavy crank may coast, and draws nothing: no judgement then."""
    device = session(6.0, 22.0)
    assert device.state == states.BACKOFF
    device.plant.faults.current_dead = True
    device.link.advance(1.0)
    assert device["current_ma"] < 100
    assert device.faults == []
    device.plant.lift()
    assert device.off_within(3.0) > 0.1
    assert device.faults == ["CURRENT_SENSOR"]


# -- 17: the driver does not open -------------------------------------------------------------------------------------


def test_a_driver_that_sticks_on_is_found_once_it_is_told_to_stop(session: Begin) -> None:
    device = session(4.0)
    device.plant.faults.driver_stuck_on = True
    device.link.advance(0.05)
    device.link.app.stop(device.link.hal.now_ms())
    device.off_within(0.5)
    assert "DRIVER_ON" in device.faults
    assert device.plant.supply_a > 0.5, "nothing but a switch in the battery lead can stop it"


def test_a_driver_that_sticks_on_while_stroking_is_found_by_its_overspeed(session: Begin) -> None:
    """The speed controller takes the level to zero, in vain."""
    device = session(4.0, rate_from_spm=1200, rate_to_spm=1200)
    device.plant.faults.driver_stuck_on = True
    device.off_within(3.0)
    assert device.faults == ["DRIVER_ON"]
    assert device.plant.rate_spm > 2000


@pytest.mark.parametrize("held", [False, True])
def test_a_switch_that_is_shorted_from_the_start_is_found_in_idle(held: bool) -> None:
    plant = build_plant(BOARD)
    plant.faults = PlantFaults(driver_stuck_on=True, rotor_locked=held)
    with closing(SimLink(compile_board(BOARD), plant)) as link:
        device = Session(link, plant)
        device.off_within(1.0)
        link.advance(0.5)
        assert "DRIVER_ON" in device.faults
        assert plant.supply_a > 1.0


# -- a dead tachometer ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("press_n", [None, 3.0, 5.0, 8.0])
def test_a_dead_tachometer_is_a_stall_before_the_head_has_become_much_faster(
    session: Begin, press_n: float | None
) -> None:
    """The speed loop sees a crank that stands, and pushes. A light press swings with each stroke: nothing stands."""
    fields = {"rate_from_spm": 900, "rate_to_spm": 900}
    device = session(5.0, press_n, setting=0, **fields)
    before_spm = device.plant.rate_spm
    assert before_spm == pytest.approx(900, rel=0.15)
    device.plant.faults.tach_dead = True
    fastest_spm, begun_s = 0.0, device.link.now_s()
    while device.state in states.MOVING:
        device.link.advance(0.005)
        fastest_spm = max(fastest_spm, device.plant.rate_spm)
        assert device.link.now_s() - begun_s < 2.0
    assert device.faults == ["STALL"]
    assert fastest_spm < 1.5 * before_spm
