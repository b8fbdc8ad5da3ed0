"""From board.json to the board's slots, and the compiled caps that no board file lifts."""

from typing import Any

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from tapote import params, setup


def board(name: str = "pico_mosfet_fsr", **changes: int) -> dict[str, Any]:
    return compile_board(load_board(name)) | changes


def test_a_crank_with_a_tachometer() -> None:
    """14.4 pulses a stroke; slowest 600 a minute: 6944 us a pulse, three of them under the floor of 250 ms."""
    slots = setup.board_slots(board())
    assert slots["tick_us"] == 500
    assert slots["top"] == 312
    assert slots["actuator"] == setup.CRANK_TACH
    assert slots["tach_gain"] == 3_750_000_000 // 14400
    assert slots["tach_step_q24"] == 1000 * (1 << 24) // 14400
    assert slots["tach_timeout_us"] == 250_000
    assert slots["out_rise_q12"] == 4096 * 1000 // 200 // 2000
    assert slots["peak_hold"] == 500


def test_one_pulse_a_stroke_waits_longer_and_never_more_than_a_second() -> None:
    assert setup.board_slots(board(tach_milli=1000))["tach_timeout_us"] == 300_000
    assert setup.board_slots(board(tach_milli=1000, rate_min_spm=300))["tach_timeout_us"] == 600_000
    assert setup.board_slots(board(tach_milli=100, rate_min_spm=300))["tach_timeout_us"] == 1_000_000


def test_no_tachometer() -> None:
    slots = setup.board_slots(board(actuator=setup.CRANK, full_rate_spm=3000))
    assert slots["tach_gain"] == 3000
    assert slots["tach_step_q24"] == (500 << 32) // 60_000_000


def test_every_slot_it_names_is_the_boards_or_a_setting_and_within_its_range() -> None:
    for name in ("pico_mosfet_fsr", "picow_drv8871_linear"):
        for slot_name, value in setup.board_slots(board(name)).items():
            index = params.slot(slot_name)
            assert params.PARAMS[index][4] in ("board", "host")
            assert params.within(index, value) == value


@pytest.mark.parametrize(
    ("key", "wild", "capped"),
    [
        ("force_limit_mn", 90000, 50000),
        ("force_limit_mn", -1, 5000),
        ("trip_mn", 1 << 30, 65000),
        ("rate_max_spm", 9000, 3200),
        ("rate_min_spm", 0, 300),
        ("drive_max_permille", 5000, 1000),
        ("session_max_s", 86400, 900),
        ("tick_hz", 100, 1000),
        ("tick_hz", 100_000, 4000),
        ("cells", 0, 1),
    ],
)
def test_a_board_file_is_no_authority_over_the_caps(key: str, wild: int, capped: int) -> None:
    before = board() | {key: wild}
    assert setup.capped(before)[key] == capped
    assert before[key] == wild, "the board itself is left alone"


LIGHTS = {"pixel_pin": 2, "pixel_count": 8, "oled_sda": 4, "oled_scl": 5}


@pytest.mark.parametrize("key", ["pixel_pin", "oled_sda", "oled_scl"])
def test_no_light_is_put_on_a_pin_of_the_motor(key: str) -> None:
    """The host's check finds that too; a board.json that was changed by hand never saw it."""
    linear = board("picow_drv8871_linear")
    assert setup.capped(linear | {"lights": LIGHTS})["lights"] == LIGHTS
    assert setup.capped(linear | {"motor_pin": 8, "lights": LIGHTS})["lights"] == LIGHTS, "eight: a number is no pin"
    for motor in ("motor_pin", "motor_pin_b"):
        with pytest.raises(ValueError, match=f"{key} is a pin of the motor"):
            setup.capped(linear | {"lights": LIGHTS | {key: linear[motor]}})


@pytest.mark.parametrize("key", ["led_pin", "button_pin", "tach_pin"])
def test_nor_are_led_button_and_tachometer(key: str) -> None:
    """Making one of them sets up the pin anew, which ends what forces the motor off."""
    for name in ("picow_drv8871_linear", "pico_mosfet_fsr"):
        for motor in ("motor_pin", "motor_pin_b"):
            pin = board(name)[motor]
            if pin >= 0:
                with pytest.raises(ValueError, match=f"{key} is a pin of the motor"):
                    setup.capped(board(name) | {key: pin})


def test_a_led_that_would_stop_the_count_of_the_tachometer() -> None:
    """GP16 and GP17 share slice 0, and so do GP0 and GP1; without a tachometer no slice counts."""
    for led_pin in (0, 1, 16):
        with pytest.raises(ValueError, match="led_pin shares a PWM slice with the tachometer"):
            setup.capped(board(tach_pin=17, led_pin=led_pin))
    assert setup.capped(board(tach_pin=17, led_pin=18))["led_pin"] == 18
    assert setup.capped(board(tach_pin=-1, led_pin=15))["led_pin"] == 15
    assert setup.capped(board(tach_pin=15, led_pin=-1))["led_pin"] == -1


@pytest.mark.parametrize(("count", "capped"), [(0, 1), (8, 8), (14, 8), (1_000_000, 8)])
def test_a_bar_is_never_longer_than_the_queue_of_its_wire(count: int, capped: int) -> None:
    """A longer one would hold up the main loop, and none of no pixels has a first one."""
    before = board() | {"lights": LIGHTS | {"pixel_count": count}}
    assert setup.capped(before)["lights"] == LIGHTS | {"pixel_count": capped}
    assert before["lights"]["pixel_count"] == count
