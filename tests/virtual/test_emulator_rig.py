"""The wires between a virtual board and a plant: duty out of the hardware, readings and pulses in, button and LED."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from host_tools.emulator.repl import run_code
from host_tools.emulator.rig import VirtualRig

pytestmark = pytest.mark.virtual

BOARD: dict[str, Any] = {
    "tick_hz": 2000,
    "motor_pin": 14,
    "motor_pin_b": 12,
    "active_low": 0,
    "tach_pin": 15,
    "button_pin": 13,
    "button_active_low": 1,
    "led_pin": 16,
    "adc_force": 0,
    "adc_current": 1,
    "adc_battery": -1,
    "adc_temp": 4,
}
TACH_AT = 0x40050000 + 0x14 * 7
COUNT_PULSES = f"""
from machine import ADC, Pin, PWM, mem32
Pin(15, Pin.IN, Pin.PULL_UP); mem32[0x40014004 + 8 * 15] = 4
mem32[{TACH_AT} + 4] = 16; mem32[{TACH_AT} + 16] = 65535; mem32[{TACH_AT} + 8] = 0; mem32[{TACH_AT}] = 0x21
"""


@dataclass
class FakePlant:
    """Counts time, notes the duty, and turns the tach by `pulses_per_step`."""

    force_counts: int = 1000
    current_counts: int = 2000
    battery_counts: int = 3000
    temp_counts: int = 891
    tach_count: int = 7
    pulses_per_step: int = 0
    time_s: float = 0.0
    duties: list[tuple[float, float]] = field(default_factory=list)

    def step(self, dt_s: float, duty: float, duty_b: float = 0.0) -> None:
        self.time_s += dt_s
        self.duties.append((duty, duty_b))
        self.tach_count += self.pulses_per_step


def make_rig(main: str = "", **changes: int) -> tuple[VirtualRig, FakePlant]:
    plant = FakePlant()
    rig = VirtualRig(BOARD | changes, plant, files={"main.py": main.encode()})
    rig.board.run_until(lambda: rig.board.connected)
    return rig, plant


def test_the_plant_is_stepped_once_per_tick_period() -> None:
    rig, plant = make_rig()
    before, before_s = len(plant.duties), plant.time_s
    rig.board.step(100e3)
    assert len(plant.duties) - before == 200
    assert plant.time_s - before_s == pytest.approx(0.1)


def test_the_duty_is_what_the_pins_do_and_an_undriven_pin_is_off() -> None:
    rig, plant = make_rig()
    rig.board.step(1000)
    assert plant.duties[-1] == (0.0, 0.0)
    run_code(
        rig.board,
        "from machine import Pin, PWM\na = PWM(Pin(14), freq=20000, duty_u16=19661); b = Pin(12, Pin.OUT, value=1)",
    )
    rig.board.step(1000)
    assert plant.duties[-1] == pytest.approx((0.3, 1.0), abs=0.001)
    run_code(rig.board, "import machine; machine.mem32[0x40014004 + 8 * 14] = 4 | 0x200")
    rig.board.step(1000)
    assert plant.duties[-1] == (0.0, 1.0)


def test_an_active_low_driver_runs_while_its_pin_is_low() -> None:
    rig, plant = make_rig(active_low=1, motor_pin_b=-1)
    rig.board.step(1000)
    assert plant.duties[-1] == (0.0, 0.0)  # high impedance: the resistor to the off level decides
    run_code(rig.board, "from machine import Pin\np = Pin(14, Pin.OUT, value=1)")
    assert rig.motor_duty() == (0.0, 0.0)
    run_code(rig.board, "p.value(0)")
    assert rig.motor_duty() == (1.0, 0.0)


def test_readings_come_in_through_the_adc() -> None:
    rig, plant = make_rig("from machine import ADC\n")
    plant.force_counts, plant.current_counts, plant.temp_counts = 123, 456, 900
    rig.board.step(1000)
    values = run_code(rig.board, "print([ADC(n).read_u16() >> 4 for n in (26, 27, ADC.CORE_TEMP)])")
    assert values == "[123, 456, 900]\r\n"


@pytest.mark.parametrize("pulses", [1, 5])
def test_every_tach_count_is_one_pulse_within_its_step(pulses: int) -> None:
    rig, plant = make_rig(COUNT_PULSES)
    before = int(run_code(rig.board, f"print(mem32[{TACH_AT} + 8])"))
    plant.pulses_per_step = pulses
    rig.board.step(20e3)
    plant.pulses_per_step = 0
    rig.board.step(500)
    assert int(run_code(rig.board, f"print(mem32[{TACH_AT} + 8])")) - before == 40 * pulses == plant.tach_count - 7


def test_the_button_comes_up_by_itself_and_the_led_is_seen() -> None:
    rig, _ = make_rig("from machine import Pin\nb = Pin(13, Pin.IN, Pin.PULL_UP)\nled = Pin(16, Pin.OUT, value=0)\n")
    seen = [(rig.led, rig.button_pressed)]
    rig.press_for(0.05)
    assert run_code(rig.board, "print(b.value()); led.on()") == "0\r\n"
    seen.append((rig.led, rig.button_pressed))
    rig.board.step(50e3)
    seen.append((rig.led, rig.button_pressed))
    assert seen == [(False, False), (True, True), (True, False)]
    assert run_code(rig.board, "print(b.value())") == "1\r\n"


def test_the_world_is_wired_again_after_a_power_cut_and_a_held_button_is_still_held() -> None:
    rig, plant = make_rig("from machine import Pin\nb = Pin(13, Pin.IN, Pin.PULL_UP)\n")
    rig.press()
    rig.board.restart()
    steps = len(plant.duties)
    rig.board.run_until(lambda: rig.board.connected)
    assert len(plant.duties) > steps
    assert run_code(rig.board, "print(b.value())") == "0\r\n"
