"""Who answers on a port, what `tapote devices` makes of it, and which ports are never opened."""

import struct
from collections.abc import Callable

import pytest

from host_tools.links.factory import open_link
from host_tools.links.find import Found, find_devices, identify
from host_tools.links.link import Link, LinkError
from host_tools.links.ports import UsbPort
from host_tools.links.probe import Kind, probe
from host_tools.links.url import parse
from host_tools.plant.plant import Plant
from tapote import wire
from tests.unit.links.conftest import ADAPTER, PICO, PICO_2

BANNER = b'\r\nMicroPython v1.27.0 on 2025-12-09; Raspberry Pi Pico W with RP2040\r\nType "help()" ...\r\n>>> '


class ScriptedLink:
    """A device that answers each write by a function; time passes in `advance` only."""

    name = "serial:/dev/fake"
    simulated = False
    plant: Plant | None = None

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self.answer = answer
        self.heard: list[bytes] = []
        self.closed = False
        self._time_s = 0.0
        self._said = b""

    def now_s(self) -> float:
        return self._time_s

    def advance(self, seconds: float) -> None:
        self._time_s += seconds

    def read(self) -> bytes:
        said, self._said = self._said, b""
        return said

    def write(self, data: bytes) -> None:
        self.heard.append(data)
        self._said += self.answer(data)

    def press_button(self, seconds: float = 0.1) -> None:
        raise AssertionError("nobody asked for that")

    def close(self) -> None:
        self.closed = True


def at_prompt(data: bytes) -> bytes:
    """MicroPython's friendly prompt: echoes, and prints its banner on Ctrl-B."""
    return BANNER if data.endswith(b"\x02") else data


def hello_reply(payload: bytes, seq: int) -> bytes:
    frame = wire.encode(wire.HELLO_REPLY, seq, payload)
    return b">>> noise" + frame


def version(major: int, minor: int, firmware: tuple[int, int, int], more: bytes = b"") -> Callable[[bytes], bytes]:
    """A Tapote of another version, by the fields that never change their place."""
    payload = bytes((major, minor, *firmware)) + struct.pack("24s", b"my_board") + bytes(9) + more
    return lambda data: hello_reply(payload, data[2]) if data[0] == wire.FLAG else b""


def test_tapote_says_who_it_is() -> None:
    link = open_link(parse("sim:"))
    answer = probe(link)
    link.close()
    assert answer.kind is Kind.TAPOTE
    assert answer.hello is not None
    assert (answer.version, answer.board, answer.hello.state) == ("0.1.0", "pico_mosfet_fsr", "IDLE")


def test_micropython_at_its_prompt_says_its_version_and_board() -> None:
    answer = probe(ScriptedLink(at_prompt))
    assert answer.kind is Kind.MICROPYTHON
    assert (answer.version, answer.board) == ("v1.27.0", "Raspberry Pi Pico W with RP2040")


def test_a_prompt_without_a_banner_will_do() -> None:
    assert probe(ScriptedLink(lambda data: b"\r\n>>> ")).kind is Kind.MICROPYTHON


def test_nothing_is_interrupted_to_find_out() -> None:
    """No Ctrl-C; what is sent leaves the raw REPL, and does nothing anywhere else."""
    link = ScriptedLink(lambda data: b"")
    assert probe(link).kind is Kind.SILENT
    assert b"\x03" not in b"".join(link.heard)
    assert b"\x04" not in b"".join(link.heard)
    assert len(link.heard) == 2


def test_an_answer_to_somebody_else_is_not_ours() -> None:
    stale = hello_reply(bytes(38), 1)
    assert probe(ScriptedLink(lambda data: stale)).kind is Kind.GARBAGE


def test_endless_garbage_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    link = ScriptedLink(lambda data: b"")
    monkeypatch.setattr(link, "read", lambda: b"\x7e\x80 blah \x7d\x7e" * 500)  # talks without being asked
    assert probe(link).kind is Kind.GARBAGE
    assert link.now_s() < 0.1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (version(1, 0, (0, 1, 0)), "another version than these tools"),  # another parameter table
        (version(1, 4, (0, 9, 1)), "newer than these tools"),
        (version(2, 0, (2, 0, 0), b"more fields"), "newer than these tools"),
        (version(0, 9, (0, 0, 1)), "another version"),
    ],
)
def test_other_versions_are_told_with_what_to_do(answer: Callable[[bytes], bytes], words: str) -> None:
    found = identify(PICO, lambda port: ScriptedLink(answer))
    assert found.state == Kind.OTHER_TAPOTE
    assert words in found.what
    assert "my_board" in found.what
    assert "tapote deploy" in found.fix
    assert not found.ready


@pytest.mark.parametrize(
    ("answer", "state", "words", "fix"),
    [
        (at_prompt, "micropython", "MicroPython v1.27.0 on Raspberry Pi Pico W", "tapote deploy"),
        (lambda data: b"\r\n>>> ", "micropython", "without Tapote running", "tapote deploy"),
        (
            lambda data: b"\r\nAdafruit CircuitPython 9.2.1 on 2024-11-20; Raspberry Pi Pico with rp2040\r\n>>> ",
            "other",
            "CircuitPython 9.2.1",
            "tapote flash",
        ),
        (lambda data: b"T=23.4 C\r\n", "garbage", "something else talks", "tapote deploy"),
        (lambda data: b"", "silent", "nobody answers", "Unplug it"),
    ],
)
def test_what_answers_is_told_in_words(answer: Callable[[bytes], bytes], state: str, words: str, fix: str) -> None:
    link = ScriptedLink(answer)
    found = identify(PICO, lambda port: link)
    assert (found.state, found.ready) == (state, False)
    assert words in found.what
    assert PICO.serial_number in found.what
    assert fix in found.fix
    assert link.closed


def test_a_board_with_tapote_is_ready() -> None:
    found = identify(PICO, lambda port: open_link(parse("sim:?board=picow_drv8871_linear")))
    assert found.ready
    assert found.what.startswith("Tapote 0.1.0, board picow_drv8871_linear, IDLE")
    row = found.row()
    assert (row["url"], row["vid"], row["version"]) == ("serial:/dev/ttyACM0", 0x2E8A, "0.1.0")
    assert (row["board"], row["serial_number"]) == ("picow_drv8871_linear", PICO.serial_number)


@pytest.mark.parametrize("cause", ["busy", "denied", "missing", "lost"])
def test_a_port_that_cannot_be_asked_is_listed_with_the_reason(cause: str) -> None:
    def refuse(port: UsbPort) -> Link:
        raise LinkError("no entry", cause=cause, fix="do this")

    found = identify(PICO, refuse)
    assert (found.state, found.fix, found.ready) == (cause, "do this", False)
    assert "no entry" in found.what


def test_a_board_that_is_unplugged_while_it_is_asked() -> None:
    def vanish(data: bytes) -> bytes:
        raise LinkError("gone", cause="lost", fix="plug it in")

    link = ScriptedLink(vanish)
    assert identify(PICO, lambda port: link).state == "lost"
    assert link.closed


def test_only_ports_that_may_be_tapote_are_opened() -> None:
    opened = []

    def opener(port: UsbPort) -> Link:
        opened.append(port.device)
        return ScriptedLink(at_prompt)

    found = find_devices(list_ports=lambda: [PICO, PICO_2, ADAPTER], open_port=opener, volumes=["/media/me/RPI-RP2"])
    assert opened == [PICO.device, PICO_2.device]
    assert [one.state for one in found] == ["bootsel", "micropython", "micropython", "not-asked"]
    assert "WCH USB-serial adapter" in found[3].what
    assert found[0] == Found("bootsel:", "bootsel", found[0].what, "Put MicroPython on it: tapote flash")


def test_nothing_is_opened_when_nobody_shall_be_asked() -> None:
    found = find_devices(ask=False, list_ports=lambda: [PICO], open_port=lambda port: pytest.fail("opened"))
    assert [one.state for one in found] == ["not-asked"]
    assert "may carry Tapote" in found[0].what
