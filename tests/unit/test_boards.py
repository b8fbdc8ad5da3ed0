"""Board files: the shipped ones are valid, and every mistake is named with path, value, allowed range and fix."""

import copy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from host_tools.boards import list_boards, load_board, parse_board
from host_tools.errors import UsageError
from host_tools.paths import repo_or_data

Table = dict[str, Any]
BOARDS = ["pico_mosfet_fsr", "picow_drv8871_linear"]


def raw_board(name: str = "pico_mosfet_fsr") -> Table:
    """The TOML of a shipped board, to be broken."""
    return tomllib.loads((repo_or_data("boards") / f"{name}.toml").read_text(encoding="utf-8"))


def complaints(raw: Table) -> str:
    """The message about a broken board."""
    with pytest.raises(UsageError) as caught:
        parse_board(raw, where="test")
    return str(caught.value)


def broken(name: str, **sections: Table | None) -> Table:
    """A shipped board with keys replaced section by section; None removes a section or a key."""
    raw = raw_board(name)
    for section, changes in sections.items():
        if changes is None:
            raw.pop(section, None)
            continue
        table = raw.setdefault(section, {})
        for key, value in changes.items():
            table.pop(key, None)
            if value is not None:
                table[key] = value
    return raw


def test_the_shipped_boards_are_these() -> None:
    assert list_boards() == BOARDS


@pytest.mark.parametrize("name", BOARDS)
def test_a_shipped_board_loads(name: str) -> None:
    board = load_board(name)
    assert board.name == name
    assert board.nominal_mv == 11_100
    assert board.full_mv == 12_600


def test_the_two_boards_differ_where_the_design_needs_it() -> None:
    crank, linear = (load_board(name) for name in BOARDS)
    assert (crank.motor.kind, linear.motor.kind) == ("crank", "linear")
    assert (crank.bipolar, linear.bipolar) == (False, True)
    assert (linear.tach, linear.current, linear.crank) == (None, None, None)


MISTAKES: list[tuple[str, Table, list[str]]] = [
    ("output", {"active": None}, ["output.active: missing", '"high" or "low"', "0 % means full speed"]),
    ("output", {"active": "hi"}, ["output.active", '"hi"', '"high" or "low"']),
    ("output", {"pin": 29}, ["output.pin: 29 is out of range", "0 to 28"]),
    ("output", {"pin": 23}, ["output.pin: GP23", "regulator"]),
    ("output", {"pin": True}, ["output.pin: true is not a whole number"]),
    ("output", {"pin": 14.0}, ["output.pin: 14.0 is not a whole number"]),
    ("output", {"pin_b": 12}, ["output.pin_b: 12 has no use", "low-side-mosfet"]),
    ("output", {"pwm_hz": 22_000}, ["output.pwm_hz: 22000 Hz is too fast", "at most 21538 Hz"]),
    ("output", {"kind": "h-bridge"}, ["output.pin_b: missing"]),
    ("output", {"driver_max_ma": 10_000}, ["limits.current_ma: 14000 mA", "output.driver_max_ma = 10000"]),
    ("tach", {"pin": 18}, ["tach.pin: GP18 is the A channel", "odd GPIO"]),
    ("tach", {"pin": 13}, ["panel.button_pin: GP13 is already used by tach.pin"]),
    ("tach", {"pin": 17}, ["panel.led_pin: GP16 shares PWM slice 0 with the tach on GP17"]),
    ("panel", {"oled_sda_pin": 4}, ["panel.oled_scl_pin: missing, needed with panel.oled_sda_pin"]),
    ("panel", {"oled_scl_pin": 5}, ["panel.oled_sda_pin: missing, needed with panel.oled_scl_pin"]),
    ("panel", {"oled_sda_pin": 5, "oled_scl_pin": 4}, ["GP5 is no SDA pin", "GP4 is no SCL pin"]),
    ("panel", {"oled_sda_pin": 4, "oled_scl_pin": 7}, ["GP7 belongs to I2C1, GP4 to I2C0", "Use GP5 for SCL"]),
    ("panel", {"pixel_pin": 14}, ["panel.pixel_pin: GP14 is already used by output.pin"]),
    ("panel", {"pixel_pin": 2, "pixel_count": 9}, ["panel.pixel_count: 9 is out of range", "1 to 8"]),
    ("motor", {"stall_ma": float("inf")}, ["motor.stall_ma: inf is not a finite number", "100 to 200000 mA"]),
    ("motor", {"stall_ma": 3000}, ["motor.no_load_ma: 1600 mA is more than half"]),
    ("motor", {"no_load_rmp": 1}, ["motor.no_load_rmp: unknown key", 'Did you mean "no_load_rpm"?']),
    ("motor", {"kind": "stepper"}, ['motor.kind: "stepper"; allowed "crank", "linear"']),
    ("motor", {"kind": None}, ['motor.kind: missing; allowed "crank", "linear"']),
    ("motor", {"rated_mv": 24_000}, ["limits.rate_max_spm: 2800 strokes/min cannot be reached"]),
    ("crank", {"gear_milli": 2000}, ["limits.rate_max_spm: 2800 strokes/min cannot be reached"]),
    ("force", {"adc_pin": 27}, ["current.adc_pin: GP27 is already used by force.adc_pin"]),
    ("force", {"adc_pin": 20}, ["force.adc_pin: 20 is out of range", "26 to 28"]),
    ("force", {"calibration": [[0, 148], [9000, 2000]]}, ["force.calibration", "has 2 entries; allowed at least 3"]),
    ("force", {"calibration": [[0, 148], [5, 900], [9, 800]]}, ["force.calibration[3]: [9, 800] does not rise"]),
    ("force", {"calibration": [[5, 148], [50, 900], [20_000, 1800]]}, ["force.calibration[1]: starts at 5 mN"]),
    ("force", {"calibration": [[0, 148], [50, 900], [5000, 1800]]}, ["= 33333 mN of contact force", "65000"]),
    (
        "force",
        {"calibration": [[0, 148], [50, 900], [20_000, 3400]]},
        ["calibration[3][2]: 3400 is out of range"],
    ),
    ("force", {"calibration": "none"}, ["force.calibration", "is not a list"]),
    ("force", {"supply_mv": 2000}, ["force.calibration: ends at 2471 mV; a divider fed with 2000 mV"]),
    ("force", {"supply_mv": 5000}, ["force.supply_mv: 5000 is out of range", "3300 mV"]),
    ("force", {"open_mv": 148}, ["force.open_mv: 148 mV is not below the unloaded voltage 148 mV"]),
    ("force", {"short_mv": 2471}, ["force.short_mv: 2471 mV is not above the last calibration point"]),
    ("current", {"mv_per_a": 200}, ["current.mv_per_a: 200 mV/A gives 3790 mV on GP27", "stalls", "allowed 3300 mV"]),
    ("current", {"mv_per_a": 250}, ["limits.current_ma: 14000 mA is more than the sensor can show (13160 mA)"]),
    ("battery", {"divider_milli": 3800}, ["battery.divider_milli: 3800 puts 3315 mV on GP28", "full 3S", "3819"]),
    ("battery", {"cells": 4}, ["battery.divider_milli: 4900 puts 3428 mV on GP28 with a full 4S pack"]),
    ("temperature", {"kind": "ntc"}, ["temperature.adc_pin: missing", "temperature.beta_k: missing"]),
    ("limits", {"force_mn": 50_001}, ["limits.force_mn: 50001 is out of range; allowed 5000 to 50000 mN"]),
    ("limits", {"trip_mn": 65_001}, ["limits.trip_mn: 65001 is out of range; allowed 10000 to 65000 mN"]),
    ("limits", {"trip_mn": 50_000}, ["limits.trip_mn: 50000 mN is not above limits.force_mn"]),
    ("limits", {"session_max_s": 901}, ["limits.session_max_s: 901 is out of range; allowed 30 to 900 s"]),
    ("limits", {"rate_max_spm": 3300}, ["limits.rate_max_spm: 3300 is out of range"]),
    ("limits", {"rate_min_spm": 2800}, ["limits.rate_max_spm: 2800 strokes/min is not above"]),
    ("panel", {"buton_pin": 3}, ["panel.buton_pin: unknown key", '"button_pin"']),
    ("controler", {"tick_hz": 1}, ["controler: unknown key", 'Did you mean "controller"?']),
]


@pytest.mark.parametrize(("section", "change", "words"), MISTAKES)
def test_a_mistake_is_named(section: str, change: Table, words: list[str]) -> None:
    message = complaints(broken("pico_mosfet_fsr", **{section: change}))
    for word in words:
        assert word in message


SECTIONS: list[tuple[str, Callable[[Table], None], str]] = [
    ("pico_mosfet_fsr", lambda raw: raw.pop("crank"), "crank: missing, needed with motor.kind"),
    ("pico_mosfet_fsr", lambda raw: raw.pop("controller_gains"), "controller_gains: missing, needed with a tach"),
    ("pico_mosfet_fsr", lambda raw: raw.pop("tach"), "controller_gains: has no effect"),
    ("pico_mosfet_fsr", lambda raw: raw.pop("battery"), "battery: missing"),
    ("pico_mosfet_fsr", lambda raw: raw.update(crank=5), "crank: 5 is not a table"),
    ("pico_mosfet_fsr", lambda raw: raw.update(schema=2), "schema: 2 is not one of the allowed values: 1"),
    ("picow_drv8871_linear", lambda raw: raw.update(crank={"stroke_um": 9000}), "crank: not possible with motor.kind"),
    (
        "picow_drv8871_linear",
        lambda raw: raw.update(tach={"pin": 15, "pulses_per_rev": 4, "on": "motor"}),
        "tach: not possible with motor.kind",
    ),
    ("picow_drv8871_linear", lambda raw: raw["panel"].update(led_pin=25), "GP25 is the chip select of the wireless"),
    ("picow_drv8871_linear", lambda raw: raw["panel"].update(led_pin=24), "GP24 is the data line of the wireless"),
    ("picow_drv8871_linear", lambda raw: raw["output"].update(kind="brushless-pwm"), "cannot drive a linear actuator"),
]


@pytest.mark.parametrize(("name", "break_it", "words"), SECTIONS)
def test_sections_that_need_each_other(name: str, break_it: Callable[[Table], None], words: str) -> None:
    raw = raw_board(name)
    break_it(raw)
    assert words in complaints(raw)


def test_all_mistakes_come_at_once() -> None:
    raw = broken(
        "pico_mosfet_fsr",
        output={"active": None, "pwm_hz": 40_000},
        panel={"led_pin": 14, "button": 1},
        battery={"divider_milli": 2000},
        limits={"force_mn": 60_000},
        motor={"stall_ma": float("nan")},
    )
    message = complaints(raw)
    for path in ("output.active", "panel.button:", "panel.led_pin", "battery.divider_milli", "limits.force_mn"):
        assert path in message
    assert "motor.stall_ma: nan" in message
    assert "output.pwm_hz: 40000 Hz is too fast" in message  # found although output.active is missing
    assert message.startswith("board test: 8 problems\n")


def test_led_of_the_plain_pico_is_free() -> None:
    raw = broken("pico_mosfet_fsr", panel={"led_pin": 25})
    board = parse_board(raw, where="test")
    assert board.panel.led_pin == 25


def test_the_file_name_is_the_board_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text((repo_or_data("boards") / "pico_mosfet_fsr.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(UsageError, match=r'name: "pico_mosfet_fsr" differs from the file name mine\.toml'):
        load_board(path)


def test_an_unknown_board_lists_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        load_board("pico_mosfet_fsd")
    assert "picow_drv8871_linear" in str(caught.value)
    assert "pico_mosfet_fsr" in caught.value.fix
    assert caught.value.exit_code == 2


def test_a_missing_board_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not found"):
        load_board(tmp_path / "no.toml")


def test_a_board_cannot_be_changed_after_the_check() -> None:
    board = load_board()
    before = copy.deepcopy(board)
    with pytest.raises(ValueError, match="frozen"):
        setattr(board, *("name", "other"))
    assert board == before
