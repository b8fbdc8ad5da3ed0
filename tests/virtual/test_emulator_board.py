"""The virtual board runs the official MicroPython image as a real Pico W would where our firmware can tell."""

import hashlib

import pytest

from host_tools.emulator.fixes import CLK_SYS_HZ
from host_tools.emulator.pace import Pacer
from host_tools.emulator.repl import run_code
from host_tools.errors import TapoteError
from host_tools.virtual_board import PowerLostError, VirtualBoard

from .conftest import Boot

pytestmark = pytest.mark.virtual

PRINTS_FOR_EVER = "import time\nwhile True:\n    print('x' * 60)\n    time.sleep_ms(1)\n"


def busy_share(board: VirtualBoard, us: float) -> float:
    """Share of the CPU's time that it does not sleep."""
    cycles = board.mcu.core.cycles
    board.step(us)
    return (board.mcu.core.cycles - cycles) / (us * 1e-6 * CLK_SYS_HZ)


def test_the_official_image_boots_to_its_prompt(boot: Boot) -> None:
    board = boot()
    assert board.now_s < 0.5
    assert run_code(board, "import sys; print(sys.implementation.version, 6 * 7)") == "(1, 27, 0, '') 42\r\n"


def test_code_that_fails_on_the_board_brings_its_traceback(boot: Boot) -> None:
    with pytest.raises(TapoteError, match="ZeroDivisionError"):
        run_code(boot(), "1 // 0")


def test_an_idle_cpu_is_idle(boot: Boot) -> None:
    board = boot("import time\nwhile True:\n    time.sleep_ms(100)\n")
    assert busy_share(board, 1e6) < 0.002


def test_nothing_is_lost_of_a_long_message_to_the_board(boot: Boot) -> None:
    board = boot("import sys\nn = 0\nwhile n < 3000:\n    n += len(sys.stdin.read(100))\nprint('got', n)\n")
    board.write(b"y" * 3000)
    assert board.expect(b"got 3000\r\n")


def test_a_host_that_does_not_read_stalls_the_board_and_nothing_is_lost_when_it_reads_again(boot: Boot) -> None:
    board = boot(PRINTS_FOR_EVER)
    board.step(100e3)
    free_running = len(board.read())
    board.port.reading = False
    board.step(400e3)
    assert free_running > 4000
    assert len(board.read()) <= 64
    board.port.reading = True
    board.step(400e3)
    lines = board.read().split(b"\r\n")[1:-1]
    assert len(lines) > 100
    assert set(lines) <= {b"x" * 60} | {line for line in lines if len(line) != 60}


def test_the_same_inputs_give_the_same_bytes(fed_board: Boot) -> None:
    def run() -> tuple[str, bytes, list[tuple[float, bool | None]]]:
        board = fed_board("print('go')\nwhile True:\n    time.sleep_ms(7)\n    print(time.ticks_us())\n")
        edges: list[tuple[float, bool | None]] = []
        board.expect(b"go")
        board.pins.on_edge(14, lambda time_s, level: edges.append((time_s, level)))
        board.step(30e3)
        board.write(b"\x03")
        board.step(5e3)
        return hashlib.sha256(bytes(board.mcu.sram)).hexdigest(), board.read(), edges

    first = run()
    assert len(first[2]) > 500
    assert first == run()


def test_shortcuts_change_nothing_that_the_firmware_or_the_host_can_see(fed_board: Boot) -> None:
    def run(exact: bool) -> tuple[str, bytes, float | None]:
        board = fed_board("print('go')\ntime.sleep_ms(3)\nprint(time.ticks_us())\n", exact_pio_steps=exact)
        board.expect(b"go")
        board.step(6e3)
        return hashlib.sha256(bytes(board.mcu.sram)).hexdigest(), board.read(), board.pins.duty(14)

    assert run(exact=False) == run(exact=True)


def test_a_step_lasts_exactly_as_long_as_asked(boot: Boot) -> None:
    board = boot()
    start_s = board.now_s
    times: list[float] = []
    alarm = board.every(125.0, lambda: times.append(board.now_s - start_s))
    board.at(777.7, lambda: times.append(-1.0))
    board.step(1000.0)
    assert board.now_s - start_s == pytest.approx(1e-3, abs=2e-7)
    assert [round(t * 1e6, 3) for t in times if t > 0] == [125.0 * k for k in range(1, 9)]
    assert times.index(-1.0) == 6
    alarm.cancel()
    board.step(1000.0)
    assert len(times) == 9


def test_a_reset_boots_again_and_its_cause_is_known(boot: Boot) -> None:
    board = boot("import machine, time\ntime.sleep_ms(200)\nprint('cause', machine.reset_cause())\n")
    assert board.expect(b"cause 1\r\n")
    for cause, number in (("run-pin", b"1"), ("watchdog", b"3")):
        if cause == "run-pin":
            board.run_pin_reset()
        else:
            board.write(b"\r\nmachine.reset()\r\n")
        board.expect(b"cause " + number)
        assert [entry[1] for entry in board.resets][-1] == cause


def test_a_watchdog_that_is_not_fed_resets_once_and_is_off_after_it(boot: Boot) -> None:
    board = boot("import machine\nif machine.reset_cause() == 1:\n    machine.WDT(timeout=300)\n")
    board.step(2e6)
    assert [cause for _, cause in board.resets] == ["watchdog"]
    assert 0.25 < board.resets[0][0] < 0.5
    board.run_pin_reset()
    assert not board.mcu.watchdog.timer.enable


def test_files_survive_a_power_cut(boot: Boot) -> None:
    board = boot()
    run_code(board, "f = open('kept', 'w'); f.write('abc'); f.close()")
    assert board.files()["kept"] == b"abc"
    before_s = board.now_s
    board.restart(off_s=2.0)
    board.run_until(lambda: board.connected)
    assert board.now_s > before_s + 2.0
    assert run_code(board, "print(open('kept').read())") == "abc\r\n"


@pytest.mark.parametrize("done", [0.0, 0.5, 1.0])
def test_a_power_cut_in_a_flash_operation_stops_there_and_leaves_the_filesystem_usable(boot: Boot, done: float) -> None:
    board = boot()
    run_code(board, "f = open('a', 'w'); f.write('old'); f.close()")
    board.flash_chip.cut_power_at(1, done)
    with pytest.raises(PowerLostError):
        run_code(board, "f = open('b', 'w'); f.write('new' * 900); f.close()")
    assert not board.powered
    assert board.flash_chip.operations >= 2
    with pytest.raises(TapoteError, match="no power"):
        board.step(1)
    assert board.files()["a"] == b"old"
    board.power_on()
    board.run_until(lambda: board.connected)
    assert run_code(board, "print(open('a').read())") == "old\r\n"


def test_an_erase_takes_its_time(boot: Boot) -> None:
    code = (
        "import rp2, time\nt = time.ticks_us(); rp2.Flash().ioctl(6, 200); print(time.ticks_diff(time.ticks_us(), t))"
    )
    assert int(run_code(boot(), code)) == pytest.approx(45_000, rel=0.02)
    assert int(run_code(boot(flash_times=False), code)) < 1000


def test_pacing_sleeps_away_what_emulation_is_ahead(boot: Boot) -> None:
    wall = [0.0]

    def doze(seconds: float) -> None:
        wall[0] += seconds

    board = boot(pacer=Pacer(2.0, wall_s=lambda: wall[0], sleep=doze))
    start_s, wall[0] = board.now_s, board.now_s / 2
    board.step(500e3)
    assert wall[0] == pytest.approx(start_s / 2 + 0.25, abs=0.02)
