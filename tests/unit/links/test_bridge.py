"""The bridge: one board for several clients, and none of them can hold it up."""

import os
import socket

import pytest

from host_tools.errors import TapoteError
from host_tools.links import bridge as bridge_module
from host_tools.links.bridge import Bridge
from host_tools.plant.plant import Plant


class EchoLink:
    """A device that says back what it hears. Time passes in `advance`."""

    name = "virtual:"
    simulated = True
    plant: Plant | None = None

    def __init__(self) -> None:
        self.heard = bytearray()
        self.said = bytearray()
        self._time_s = 0.0

    def now_s(self) -> float:
        return self._time_s

    def advance(self, seconds: float) -> None:
        self._time_s += seconds

    def read(self) -> bytes:
        data = bytes(self.said)
        self.said.clear()
        return data

    def write(self, data: bytes) -> None:
        self.heard += data
        self.said += data

    def press_button(self, seconds: float = 0.1) -> None:
        raise AssertionError("clients have no button")

    def close(self) -> None:
        raise AssertionError("the link is not the bridge's to close")


def connect(bridge: Bridge) -> socket.socket:
    host, port = bridge.socket_url.removeprefix("socket://").split(":")
    client = socket.create_connection((host, int(port)), timeout=10)
    while bridge.clients == 0:
        bridge.turn()
    return client


def hear(bridge: Bridge, client: socket.socket, count: int) -> bytes:
    data = b""
    client.setblocking(False)
    while len(data) < count:
        bridge.turn()
        try:
            data += client.recv(65536)
        except BlockingIOError:
            continue
    return data


def test_only_this_computer_is_served() -> None:
    bridge = Bridge(EchoLink())
    assert bridge.socket_url.startswith("socket://127.0.0.1:")
    bridge.close()


def test_what_one_client_says_reaches_the_board_and_the_answer_all() -> None:
    link = EchoLink()
    bridge = Bridge(link)
    client = connect(bridge)
    serial = os.open(bridge.pty_path, os.O_RDWR | os.O_NOCTTY)
    everything = bytes(range(256))  # Ctrl-C, line ends and all: nothing in between may touch them
    client.sendall(everything)
    assert hear(bridge, client, 256) == everything
    assert os.read(serial, 1024) == everything
    os.write(serial, everything[::-1])
    assert hear(bridge, client, 256) == everything[::-1]
    assert link.heard == everything + everything[::-1]
    os.close(serial)
    client.close()
    bridge.close()


def test_clients_come_and_go() -> None:
    bridge = Bridge(EchoLink())
    for word in (b"first", b"second"):
        client = connect(bridge)
        client.sendall(word)
        assert hear(bridge, client, len(word)) == word
        client.close()
        while bridge.clients:
            bridge.turn()
    bridge.close()


def test_a_client_that_does_not_read_delays_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge_module, "WAITING_MAX_BYTES", 10_000)
    link = EchoLink()
    bridge = Bridge(link)
    client = connect(bridge)
    before_s = link.now_s()
    for _ in range(200):
        link.said += bytes(100_000)
        bridge.turn()
    assert link.now_s() - before_s == pytest.approx(200 * bridge_module.SLICE_S)
    assert bridge.clients == 1
    client.close()
    bridge.close()


def test_a_pulled_cable_breaks_every_connection_and_a_new_one_can_be_made() -> None:
    bridge = Bridge(EchoLink())
    client = connect(bridge)
    bridge.unplug()
    bridge.unplug()
    assert (bridge.clients, bridge.pty_path) == (0, "")
    client.settimeout(10)
    assert client.recv(1) == b""
    client.close()
    bridge.plug()
    assert os.path.exists(bridge.pty_path)
    client = connect(bridge)
    client.close()
    bridge.close()


def test_a_port_that_is_taken_is_told() -> None:
    bridge = Bridge(EchoLink())
    port = int(bridge.socket_url.rpartition(":")[2])
    with pytest.raises(TapoteError, match=f"port {port} cannot be offered") as caught:
        Bridge(EchoLink(), port=port)
    assert "--port" in caught.value.fix
    bridge.close()
