"""SerialLink on a port made of Python: what arrives, what breaks, and what a person is told."""

import threading
from collections.abc import Callable

import pytest
import serial

from host_tools.errors import UsageError
from host_tools.links.factory import open_link
from host_tools.links.link import LinkError, slowdown
from host_tools.links.ports import UsbPort
from host_tools.links.serial import SerialLink
from host_tools.links.serial_errors import explain
from host_tools.links.url import parse
from tests.unit.links.conftest import PICO, PICO_2, FakePort


def open_on(port: FakePort, name: str = PICO.device, ports: tuple[UsbPort, ...] = (PICO,)) -> SerialLink:
    return SerialLink(name, opener=lambda device: port, list_ports=lambda: list(ports), stale_s=0.0)


def wait_for(link: SerialLink, wanted: bytes) -> bytes:
    data = b""
    while wanted not in data:
        link.advance(0.001)
        data += link.read()
    return data


def test_bytes_go_both_ways() -> None:
    port = FakePort(on_write=lambda data: data.upper())
    link = open_on(port)
    link.write(b"hello")
    assert wait_for(link, b"HELLO") == b"HELLO"
    assert link.read() == b""
    link.close()


def test_it_is_a_real_board_until_the_person_says_otherwise() -> None:
    link = open_on(FakePort())
    assert (link.name, link.simulated, link.plant) == ("serial:/dev/ttyACM0", False, None)
    link.close()


def test_opening_and_closing_send_nothing() -> None:
    port = FakePort()
    link = open_on(port)
    link.close()
    link.close()
    assert port.written == []
    assert port.closed


def test_what_was_said_to_somebody_before_us_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    port = FakePort()
    read = threading.Event()
    port_read = port.read

    def told(count: int) -> bytes:
        if port.in_waiting == 0:
            read.set()
        return port_read(count)

    monkeypatch.setattr(port, "read", told)  # to know when the reader has taken everything
    port.say(b"old news")
    link = SerialLink(PICO.device, opener=lambda device: port, list_ports=list, stale_s=0.2)
    assert read.wait(10)
    assert link.read() == b""
    link.close()


def test_time_is_the_clock_on_the_wall() -> None:
    link = open_on(FakePort())
    before_s = link.now_s()
    link.advance(0.01)
    assert link.now_s() - before_s >= 0.01
    link.close()


def test_the_last_words_are_heard_before_the_loss() -> None:
    port = FakePort()
    link = open_on(port)
    port.say(b"last words")
    port.unplug()
    assert wait_for(link, b"last words") == b"last words"
    with pytest.raises(LinkError, match="has gone") as caught:
        link.advance(60)
    assert caught.value.cause == "lost"
    assert "Plug it in again" in caught.value.fix
    link.close()
    assert port.closed


@pytest.mark.parametrize(
    "use", [lambda link: link.read(), lambda link: link.advance(60), lambda link: link.write(b"x")]
)
def test_every_use_after_the_loss_says_so(use: Callable[[SerialLink], None]) -> None:
    port = FakePort()
    link = open_on(port)
    port.unplug()
    with pytest.raises(LinkError):
        link.advance(60)
    with pytest.raises(LinkError, match="has gone"):
        use(link)
    link.close()


def test_a_device_that_takes_nothing_hangs() -> None:
    port = FakePort()
    link = open_on(port)
    port.write_error = serial.SerialTimeoutException("Write timeout")
    with pytest.raises(LinkError, match="takes no bytes") as caught:
        link.write(b"x")
    assert caught.value.cause == "stuck"
    link.close()


def test_a_closed_link_says_that_it_is_closed() -> None:
    link = open_on(FakePort())
    link.close()
    for use in (link.read, lambda: link.advance(1), lambda: link.write(b"x")):
        with pytest.raises(LinkError, match="has been closed"):
            use()


def test_the_button_is_pressed_by_a_person_only() -> None:
    port = FakePort()
    link = open_on(port)
    with pytest.raises(LinkError, match="cannot be pressed from here"):
        link.press_button()
    assert port.written == []
    link.close()


# -- coming back -------------------------------------------------------------------------------------------------------


def test_the_same_board_is_found_under_its_new_name_and_nothing_is_sent() -> None:
    first, second, other = FakePort(), FakePort(), FakePort()
    ports = [PICO]
    opened = {PICO.device: first, "/dev/ttyACM7": second, PICO_2.device: other}
    link = SerialLink(PICO.device, opener=opened.__getitem__, list_ports=lambda: list(ports), stale_s=0.0)
    first.unplug()
    ports[:] = [PICO_2, UsbPort("/dev/ttyACM7", PICO.vid, PICO.pid, PICO.serial_number)]
    link.reconnect()
    assert link.device == "/dev/ttyACM7"
    second.say(b"here again")
    assert wait_for(link, b"again") == b"here again"
    assert first.closed
    assert (first.written, second.written, other.written) == ([], [], [])
    link.close()


def test_another_board_is_not_taken_for_it() -> None:
    ports = [PICO]
    port = FakePort()
    link = SerialLink(PICO.device, opener=lambda device: port, list_ports=lambda: list(ports), stale_s=0.0)
    port.unplug()
    ports[:] = [UsbPort(PICO.device, PICO.vid, PICO.pid, PICO_2.serial_number)]
    with pytest.raises(LinkError, match=f"did not come back within 0 s: no board with .* {PICO.serial_number}"):
        link.reconnect(0)
    link.close()


def test_it_waits_until_the_port_may_be_opened() -> None:
    port, tries = FakePort(), []

    def opener(device: str) -> FakePort:
        tries.append(device)
        if len(tries) == 2:
            raise PermissionError(13, "Permission denied")  # udev has not set the rights yet
        return port

    link = SerialLink(PICO.device, opener=opener, list_ports=list, stale_s=0.0)
    link.reconnect()
    assert len(tries) == 3
    link.close()


# -- opening -----------------------------------------------------------------------------------------------------------


def test_a_board_is_named_by_its_serial_number() -> None:
    devices = []

    def opener(device: str) -> FakePort:
        devices.append(device)
        return FakePort()

    link = SerialLink(f"id:{PICO_2.serial_number.lower()}", opener=opener, list_ports=lambda: [PICO, PICO_2], stale_s=0)
    link.close()
    assert devices == [PICO_2.device]


@pytest.mark.parametrize("name", ["id:", "id:1234"])
def test_a_serial_number_that_is_not_there(name: str) -> None:
    with pytest.raises(UsageError, match=PICO.serial_number):
        SerialLink(name, list_ports=lambda: [PICO])


def test_a_port_that_breaks_while_it_is_opened_is_closed_again() -> None:
    port = FakePort()
    port.unplug()
    with pytest.raises(LinkError, match="has gone"):
        SerialLink(PICO.device, opener=lambda device: port, list_ports=list, stale_s=60)
    assert port.closed


@pytest.mark.parametrize(
    ("error", "cause", "words"),
    [
        (serial.SerialException(2, "could not open port /dev/x"), "missing", "there is no port"),
        (serial.SerialException(13, "could not open port /dev/x"), "denied", "may not open"),
        (serial.SerialException(11, "Could not exclusively lock port /dev/x"), "busy", "another program"),
        (serial.SerialException(16, "could not open port /dev/x"), "busy", "another program"),
        (
            serial.SerialException("could not open port 'COM3': FileNotFoundError(2, 'no file', None, 2)"),
            "missing",
            "there is no port",
        ),
        (
            serial.SerialException("could not open port 'COM3': PermissionError(13, 'Access is denied.', None, 5)"),
            "busy",
            "another program",
        ),
        (serial.SerialException("Could not open port socket://127.0.0.1:1: Connection refused"), "missing", "no port"),
        (ValueError("invalid URL, protocol 'foo' not known"), "failed", "cannot be opened"),
    ],
)
def test_why_a_port_cannot_be_opened(error: Exception, cause: str, words: str) -> None:
    found = explain(error, "/dev/x")
    assert found.cause == cause
    assert words in found.message
    assert found.fix


@pytest.mark.parametrize(
    "name", ["/dev/no-such-port", "/dev/null", "/", "foo://bar", "socket://127.0.0.1:1", "socket://x"]
)
def test_names_that_open_nothing(name: str) -> None:
    with pytest.raises(LinkError) as caught:
        SerialLink(name, list_ports=list)
    assert caught.value.fix


def test_only_a_virtual_board_behind_a_port_gets_more_patience() -> None:
    """Its emulation is slower than the clock on the wall; a flash write may take it seconds."""
    port = FakePort()
    sim = open_link(parse("sim:"))
    real, virtual = (SerialLink("fake", opener=lambda name: port, stale_s=0, simulated=mark) for mark in (False, True))
    assert (slowdown(real), slowdown(virtual), slowdown(sim)) == (1, 10, 1)
    for link in (real, virtual, sim):
        link.close()
