"""Gathering the facts: on simulated devices with the real firmware, and on ports that do all sorts of things."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from host_tools import linux_ports
from host_tools.doctor import diagnose
from host_tools.doctor_facts import Facts, at_port, gather, named, simulated
from host_tools.links.link import Link, LinkError
from host_tools.links.ports import UsbPort
from host_tools.links.sim import SimLink
from host_tools.plant.plant import Plant
from tapote import faults
from tests import sessions
from tests.unit.fake_computer import Computer

PORT = UsbPort("/dev/ttyACM0", 0x2E8A, 0x0005, "E661")
ARDUINO = UsbPort("/dev/ttyACM2", 0x2341, 0x0043)


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    return Computer(tmp_path)


@pytest.fixture
def sim() -> Iterator[SimLink]:
    link = sessions.simulated()
    yield link
    link.close()


class Port:
    """A port that answers with fixed bytes, and may go away. Its time is its own."""

    name = "serial:/dev/ttyACM0"
    simulated = False
    plant: Plant | None = None

    def __init__(self, says: bytes = b"", lost_at_s: float = 99.0) -> None:
        self.says = says
        self.time_s = 0.0
        self.lost_at_s = lost_at_s
        self.closed = False

    def now_s(self) -> float:
        return self.time_s

    def advance(self, seconds: float) -> None:
        self.time_s += seconds
        if self.time_s > self.lost_at_s:
            raise LinkError("the device has gone", cause="lost", fix="Plug it in again.")

    def read(self) -> bytes:
        data, self.says = self.says, b""
        return data

    def write(self, data: bytes) -> None:
        self.wrote = data

    def press_button(self, seconds: float = 0.1) -> None:
        raise AssertionError("a doctor presses nothing")

    def close(self) -> None:
        self.closed = True


class Talker(Port):
    """Says its piece only after it was spoken to."""

    def read(self) -> bytes:
        return super().read() if self.time_s > 0.1 else b""


def keys(facts: Facts) -> list[str]:
    return [finding.key for finding in diagnose(facts).findings if finding.level != "ok"]


def test_a_simulated_device_is_all_well(sim: SimLink) -> None:
    facts = simulated(sim)
    assert keys(facts) == []
    assert diagnose(facts).healthy
    assert facts.ports[0].simulated


def test_the_same_firmware_behind_a_port_is_all_well_and_left_as_it_was(sim: SimLink, computer: Computer) -> None:
    state = sim.app.session.state
    facts = gather(computer.host, [PORT, ARDUINO], lambda port: sim)
    assert keys(facts) == []
    assert [port.found.url for port in facts.ports] == ["serial:/dev/ttyACM0"]
    assert facts.others == (ARDUINO,)
    assert sim.app.session.state == state


def test_a_device_with_open_sensor_damaged_settings_and_a_fault_tells_all_three(sim: SimLink) -> None:
    assert sim.plant is not None
    sim.plant.faults.force_open = True
    sim.app.settings.damaged = True
    sim.advance(1.0)
    assert sim.app.session.fault == faults.FORCE_OPEN
    assert keys(simulated(sim)) == ["settings-invalid", "sensor-implausible", "latched-fault"]


def test_a_device_with_another_board_than_the_one_meant(sim: SimLink) -> None:
    assert keys(simulated(sim, "picow_drv8871_linear"))[0] == "wrong-board-file"


def test_a_device_whose_board_file_is_not_here_is_told_so(sim: SimLink) -> None:
    sim.app.board["name"] = "my_own"
    assert keys(simulated(sim)) == ["board-unknown"]


@pytest.mark.parametrize(
    ("link", "key"),
    [
        (Port(), "silent"),
        (Talker(b"\xff\x00garbage\x7e\x7e" * 300), "garbage"),
        (Talker(b"\r\nMicroPython v1.27.0 on 2025; Raspberry Pi Pico with RP2040\r\n>>> "), "plain-micropython"),
        (
            Talker(b"\r\nMicroPython v1.19.1 on 2022; Raspberry Pi Pico with RP2040\r\n>>> "),
            "micropython-version",
        ),
        (Port(lost_at_s=0.3), "port-failed"),
    ],
)
def test_what_answers_at_a_port_is_told_apart_and_the_port_is_closed(link: Port, key: str, computer: Computer) -> None:
    assert keys(gather(computer.host, [PORT], lambda port: link)) == [key]
    assert link.closed


def test_a_device_that_falls_silent_after_its_hello(sim: SimLink, computer: Computer) -> None:
    class Falling:
        """The simulated board, until it has said hello."""

        def __init__(self) -> None:
            self.left = 1

        def __getattr__(self, name: str) -> object:
            return getattr(sim, name)

        def read(self) -> bytes:
            data = sim.read()
            if data:
                self.left -= 1
            return data if self.left >= 0 else b""

    falling: Any = Falling()  # a Link: the rest is the simulated board's, by __getattr__
    assert keys(gather(computer.host, [PORT], lambda port: falling)) == ["silent"]


def refusing(cause: str) -> Link:
    raise LinkError("no", cause=cause, fix="Do something.")


def test_a_busy_port_is_told_with_who_holds_it(computer: Computer) -> None:
    computer.write("proc/42/comm", "thonny\n")
    fds = computer.root / "proc/42/fd"
    fds.mkdir()
    (fds / "3").symlink_to("/dev/ttyACM0")
    facts = gather(computer.host, [PORT], lambda port: refusing("busy"))
    assert keys(facts) == ["port-busy"]
    assert "thonny (process 42)" in diagnose(facts).findings[0].text


def test_modem_manager_and_the_rules_are_seen(computer: Computer) -> None:
    computer.write("proc/7/comm", "ModemManager\n")
    assert keys(gather(computer.host, [PORT], lambda port: refusing("busy"))) == ["modem-manager"]
    computer.write(f"etc/udev/rules.d/{linux_ports.RULES.name}", linux_ports.RULES.read_text())
    assert keys(gather(computer.host, [PORT], lambda port: refusing("busy"))) == ["port-busy"]


def test_no_rights_to_the_port(computer: Computer) -> None:
    facts = gather(computer.host, [PORT], lambda port: refusing("denied"))
    assert keys(facts) == ["permission-denied"]
    assert "60-tapote.rules" in diagnose(facts).findings[0].fix


def test_a_board_in_bootsel_and_nothing_at_all(computer: Computer) -> None:
    assert keys(gather(computer.host, [], refusing_port)) == ["no-device"]
    computer.stick()
    assert keys(gather(computer.host, [], refusing_port)) == ["bootsel"]


def refusing_port(port: UsbPort) -> Link:
    raise AssertionError(f"{port} was opened")


def test_a_named_port_is_looked_at_alone(computer: Computer) -> None:
    facts = named(computer.host, at_port(computer.host, PORT, lambda port: refusing("missing")))
    assert keys(facts) == ["no-device"]
    computer.platform = "darwin"
    facts = named(computer.host, at_port(computer.host, PORT, lambda port: refusing("denied")))
    assert keys(facts) == ["permission-denied"]


def test_a_real_device_is_asked_whether_its_force_sensor_was_calibrated(sim: SimLink) -> None:
    assert [finding.key for finding in diagnose(simulated(sim)).findings if finding.level == "note"] == []
    sim.simulated = False
    assert [finding.key for finding in diagnose(simulated(sim)).findings if finding.level == "note"] == [
        "not-calibrated"
    ]
    sim.app.calibration.set(300, 1050)
    assert [finding.key for finding in diagnose(simulated(sim)).findings if finding.level == "note"] == []
