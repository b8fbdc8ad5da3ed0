"""What the chip does to its pins, and what is put on them, is what code on real MicroPython asked for and sees."""

from itertools import pairwise

import pytest

from host_tools.emulator.repl import run_code

from .conftest import Boot

pytestmark = pytest.mark.virtual

PERIOD_COUNTS = 2 * 312 + 8  # state-machine clocks of one PWM period with ISR = 312, 80 ns each
THIRD = 2 * 104 / PERIOD_COUNTS
FED = "print('go')\ntime.sleep_ms(40)\ntimer.deinit()\nprint('stopped')\ntime.sleep_ms(100)\n"


@pytest.mark.parametrize("idle", [0, 1])
def test_a_fed_pwm_has_its_edges_while_the_cpu_sleeps_and_none_once_it_starves(fed_board: Boot, idle: int) -> None:
    board = fed_board(FED, idle)
    edges: list[tuple[float, bool | None]] = []
    board.expect(b"go")
    board.step(1000)
    assert board.pins.duty(14) == pytest.approx(1 - THIRD if idle else THIRD)
    board.pins.on_edge(14, lambda time_s, level: edges.append((time_s, level)))
    board.step(20e3)
    period_s = (edges[200][0] - edges[0][0]) / 100
    assert period_s == pytest.approx(PERIOD_COUNTS * 80e-9, rel=0.01)
    high_s = sum(b[0] - a[0] for a, b in pairwise(edges[:201]) if a[1])
    assert high_s / (100 * period_s) == pytest.approx(1 - THIRD if idle else THIRD, rel=0.02)
    board.expect(b"stopped")
    stopped_s = board.now_s
    board.step(50e3)
    assert stopped_s - 0.002 < edges[-1][0] < stopped_s + 0.001
    assert board.pins.level(14) is bool(idle)
    assert board.pins.duty(14) == float(idle)


def test_ctrl_c_leaves_the_timer_feeding_and_the_output_override_kills_it_at_once(fed_board: Boot) -> None:
    board = fed_board("print('go')\n")
    board.expect(b"go")
    run_code(board, "pass")
    assert board.pins.duty(14) == pytest.approx(THIRD)
    run_code(board, "import machine; machine.mem32[0x40014004 + 8 * 14] = 6 | 0x200")
    assert board.pins.duty(14) == 0.0
    assert board.pins.level(14) is False
    edges: list[float] = []
    board.pins.on_edge(14, lambda time_s, _level: edges.append(time_s))
    board.step(10e3)
    assert edges == []
    run_code(board, "machine.mem32[0x40014004 + 8 * 14] = 6 | 0x2000")  # output enable override: off
    assert board.pins.duty(14) is None
    assert board.pins.level(14) is None
    run_code(board, "machine.mem32[0x40014004 + 8 * 14] = 6 | 0x100")  # inverted
    assert board.pins.duty(14) == pytest.approx(1 - THIRD)


def test_a_disabled_state_machine_freezes_its_pin(fed_board: Boot) -> None:
    board = fed_board("print('go')\n")
    board.expect(b"go")
    run_code(board, "sm.active(0)")
    assert board.pins.duty(14) in (0.0, 1.0)
    assert board.pins.duty(14) == float(bool(board.pins.level(14)))


def test_another_pio_program_is_metered(boot: Boot) -> None:
    board = boot()
    run_code(
        board,
        "import rp2\nfrom machine import Pin\n@rp2.asm_pio(set_init=rp2.PIO.OUT_LOW)\n"
        "def square():\n    set(pins, 1) [2]\n    set(pins, 0) [6]\n"
        "sm = rp2.StateMachine(0, square, freq=100_000, set_base=Pin(2)); sm.active(1)",
    )
    board.pins.duty(2)
    board.step(10e3)
    assert board.pins.duty(2) == pytest.approx(0.3, abs=0.01)


def test_pwm_slices_and_plain_outputs_have_their_duty_too(boot: Boot) -> None:
    board = boot()
    run_code(
        board,
        "from machine import Pin, PWM\na = PWM(Pin(4), freq=20000, duty_u16=16384)\n"
        "b = PWM(Pin(5), duty_u16=49152)\nc = Pin(6, Pin.OUT, value=1)\nd = Pin(7, Pin.IN)",
    )
    assert board.pins.duty(4) == pytest.approx(0.25, abs=0.001)
    assert board.pins.duty(5) == pytest.approx(0.75, abs=0.001)
    assert board.pins.duty(6) == 1.0
    assert board.pins.duty(7) is None


@pytest.mark.parametrize("pin", [15, 3])
def test_a_counting_slice_counts_the_pulses_on_its_b_pin(boot: Boot, pin: int) -> None:
    board = boot()
    slice_at = 0x40050000 + 0x14 * ((pin >> 1) & 7)
    run_code(
        board,
        "from machine import Pin, mem32\n"
        f"Pin({pin}, Pin.IN); Pin(19, Pin.IN, Pin.PULL_UP)\nmem32[0x40014004 + 8 * {pin}] = 4\n"
        f"mem32[{slice_at} + 4] = 16; mem32[{slice_at} + 8] = 65530; mem32[{slice_at} + 16] = 65535\n"
        f"mem32[{slice_at}] = 0x21",
    )
    for _ in range(9):
        board.pins.drive(pin, True)
        board.step(20)
        board.pins.drive(pin, True)  # no edge
        board.pins.drive(pin, False)
        board.step(20)
    assert run_code(board, f"print(mem32[{slice_at} + 8])") == "3\r\n"  # 65530 + 9, wrapped at 65536


def test_single_conversions_read_each_channel_as_the_registers_say(boot: Boot) -> None:
    board = boot()
    for channel, counts in enumerate((100, 2000, 4095, 0, 891)):
        board.pins.set_adc(channel, counts)
    board.pins.set_adc(3, 5000)  # clamped
    code = (
        "from machine import ADC, Pin, mem32\nADC(26)\nr = []\nfor ch in range(5):\n"
        "    mem32[0x4004C000] = ch << 12 | 7\n    while not mem32[0x4004C000] & 0x100: pass\n"
        "    r.append(mem32[0x4004C004])\nprint(r)"
    )
    assert run_code(board, code) == "[100, 2000, 4095, 4095, 891]\r\n"
    round_robin = (
        "mem32[0x4004C000] = 0x1F << 16 | 3\nr = []\nfor _ in range(6):\n    mem32[0x4004E000] = 4\n"
        "    while not mem32[0x4004C000] & 0x100: pass\n    r.append(mem32[0x4004C004])\nprint(r)"
    )
    assert run_code(board, round_robin) == "[100, 2000, 4095, 4095, 891, 100]\r\n"


def test_a_pin_follows_what_is_driven_and_its_pull_when_released(boot: Boot) -> None:
    board = boot()
    run_code(board, "from machine import Pin\nb = Pin(13, Pin.IN, Pin.PULL_UP)")
    board.pins.drive(13, False)
    assert run_code(board, "print(b.value())") == "0\r\n"
    board.pins.release(13)
    assert run_code(board, "print(b.value())") == "1\r\n"


def test_the_divider_divides_as_the_data_sheet_says(boot: Boot) -> None:
    cases = [(7, 2), (-7, 2), (7, -2), (-(2**31), 1), (2**30, -3), (0, 5), (-123456789, 1000)]
    code = "import micropython\n@micropython.viper\ndef q(a: int, b: int) -> int:\n    return a // b\n"
    printed = run_code(boot(), code + f"for a, b in {cases}:\n    print(q(a, b), a % b)\n").split()
    assert list(map(int, printed)) == [value for a, b in cases for value in (a // b, a % b)]
