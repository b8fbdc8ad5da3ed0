"""`tapote devices`, `run` and `virtual` as a person meets them, with boards on ports."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from host_tools import bootsel
from host_tools.cli import main, real_board
from host_tools.links import choose, find, ports
from host_tools.links.link import Link, LinkError
from host_tools.links.ports import UsbPort
from host_tools.links.sim import SimLink
from tests.served import Served
from tests.unit.links.conftest import ADAPTER, PICO, PICO_2
from tests.unit.links.test_probe_and_find import ScriptedLink, at_prompt


@dataclass(frozen=True)
class Result:
    """What a command left; line breaks count as spaces."""

    code: int
    out: str
    err: str


Tapote = Callable[..., Result]
Plug = Callable[..., None]


@pytest.fixture
def tapote(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tapote:
    monkeypatch.delenv(choose.VARIABLE, raising=False)

    def run(*words: object) -> Result:
        capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Result(code, out if "--json" in words else " ".join(out.split()), " ".join(err.split()))

    return run


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Plug:
    """These ports are there, and nothing else; each answers as MicroPython at its prompt, or as told."""

    def plug(
        *there: UsbPort,
        answer: Callable[[UsbPort], Link] = lambda port: ScriptedLink(at_prompt),
        volumes: tuple[bootsel.Volume, ...] = (),
    ) -> None:
        def listed() -> list[UsbPort]:
            return list(there)

        monkeypatch.setattr(bootsel, "find_volumes", lambda host: list(volumes))
        monkeypatch.setattr(find, "_open", answer)
        for function in (choose.choose, find.find_devices):
            assert function.__kwdefaults__ is not None
            monkeypatch.setitem(function.__kwdefaults__, "list_ports", listed)
        monkeypatch.setattr(ports, "usb_ports", listed)

    return plug


# -- devices -----------------------------------------------------------------------------------------------------------


def test_no_board_gets_guidance(tapote: Tapote, plug: Plug) -> None:
    plug(ADAPTER)
    result = tapote("devices")
    assert result.code == 0
    assert "serial:/dev/ttyUSB0 1A86:7523 WCH USB-serial adapter" in result.out
    assert "No board found" in result.out
    assert "carries data" in result.out


def test_one_board_is_told_with_what_answers(tapote: Tapote, plug: Plug) -> None:
    plug(PICO)
    out = tapote("devices").out
    assert "serial:/dev/ttyACM0 MicroPython v1.27.0 on Raspberry Pi Pico W" in out
    assert "Fix: Put the firmware on it: tapote deploy" in out
    assert "One board. Commands use it by themselves, but it is not ready" in out


def test_two_boards_are_told_apart(tapote: Tapote, plug: Plug) -> None:
    plug(PICO, PICO_2)
    rows = json.loads(tapote("devices", "--json").out)
    assert [row["url"] for row in rows] == ["sim:", "virtual:", PICO.url, PICO_2.url]
    assert [row["serial_number"] for row in rows[2:]] == [PICO.serial_number, PICO_2.serial_number]
    assert "2 boards: say which with --device" in tapote("devices").out


def test_nobody_is_asked_with_no_ask(tapote: Tapote, plug: Plug) -> None:
    plug(PICO, answer=lambda port: pytest.fail("opened"))
    assert "may carry Tapote" in tapote("devices", "--no-ask").out


def test_a_busy_port_does_not_hide_the_others(tapote: Tapote, plug: Plug) -> None:
    def answer(port: UsbPort) -> Link:
        if port == PICO:
            raise LinkError("another program has it open", cause="busy", fix="Close it.")
        return ScriptedLink(at_prompt)

    plug(PICO, PICO_2, answer=answer)
    states = [row.get("state") for row in json.loads(tapote("devices", "--json").out)]
    assert states == [None, None, "busy", "micropython"]


def test_a_board_in_bootsel_waits_to_be_flashed(tapote: Tapote, plug: Plug) -> None:
    plug(volumes=(bootsel.Volume(None, "/dev/sda1"),))
    out = tapote("devices").out
    assert "bootsel: An RP2040 in BOOTSEL mode, volume /dev/sda1 (not mounted)" in out
    assert "A board waits to be flashed: tapote flash" in out


# -- run ---------------------------------------------------------------------------------------------------------------


def test_two_boards_and_none_named(tapote: Tapote, plug: Plug) -> None:
    plug(PICO, PICO_2)
    result = tapote("run", "swedish", "--seconds", 2)
    assert result.code == 2
    assert "2 boards are plugged in" in result.err
    assert result.out == ""


def test_without_a_board_it_simulates_and_says_so(tapote: Tapote, plug: Plug) -> None:
    plug(ADAPTER)
    result = tapote("run", "swedish", "--seconds", 2, "--press")
    assert result.code == 0
    assert "No board plugged in" in result.err
    assert "SIMULATED" in result.err


def test_nobody_presses_and_nothing_moves(tapote: Tapote) -> None:
    result = tapote("run", "swedish", "--seconds", 2, "--device", "sim:", "--no-press")
    assert result.code == 1
    assert "press the button" in result.err
    assert "nobody pressed the device's button within a minute" in result.err
    assert "Nothing has moved" in result.err


def test_a_session_on_a_port_starts_when_a_person_presses(
    tapote: Tapote, board: Served[SimLink], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"serial:{board.bridge.pty_path}?simulated=1"
    told = threading.Event()

    def press() -> None:
        told.set()
        board.press()

    monkeypatch.setattr(real_board, "ask_to_press", press)
    result = tapote("run", "swedish", "--seconds", 2, "--device", url, "--json")
    assert result.code == 0, result.err
    assert told.is_set()
    summary = json.loads(result.out)
    assert (summary["board"], summary["simulated"]) == ("pico_mosfet_fsr", True)
    assert summary["seconds"] == pytest.approx(2.0, abs=0.05)
    assert "person" not in summary


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--press",), "--press: for simulated devices only"),
        (("--person", "gentle", "--seed", "3"), "--person, --seed: for simulated devices only"),
        (("--board", "picow_drv8871_linear"), "--board is picow_drv8871_linear, but the device was set up as pico_mos"),
    ],
)
def test_what_a_real_board_cannot_do(tapote: Tapote, board: Served[SimLink], words: tuple[str, ...], said: str) -> None:
    url = f"serial:{board.bridge.pty_path}?simulated=1"
    result = tapote("run", "swedish", "--device", url, *words)
    assert result.code == 2
    assert said in result.err


def test_a_port_that_is_not_there(tapote: Tapote) -> None:
    result = tapote("run", "swedish", "--device", "serial:/dev/no-such-port?simulated=1")
    assert result.code == 1
    assert "there is no port /dev/no-such-port" in result.err
    assert "tapote devices" in result.err


# -- virtual -----------------------------------------------------------------------------------------------------------


def test_a_virtual_board_must_be_served(tapote: Tapote) -> None:
    result = tapote("virtual")
    assert result.code == 2
    assert "tapote virtual --serve" in result.err


@pytest.mark.parametrize("port", ["70000", "-1", "x"])
def test_a_port_that_cannot_be(tapote: Tapote, port: str) -> None:
    assert tapote("virtual", "--serve", f"--port={port}").code == 2


def test_a_state_file_that_is_none(tapote: Tapote) -> None:
    result = tapote("virtual", "--serve", "--state", __file__)
    assert result.code == 2
    assert "is not the flash of a virtual board" in result.err
