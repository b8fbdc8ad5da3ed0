"""Each finding on facts made by hand: the right key, and one thing to do."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from host_tools import linux_ports
from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.bootsel import Volume
from host_tools.doctor import Report, diagnose
from host_tools.doctor_facts import DeviceFacts, Facts, PortFacts
from host_tools.finding import Finding
from host_tools.links.find import Found
from host_tools.links.ports import UsbPort
from host_tools.links.probe import Answer, Kind
from host_tools.linux_ports import Holder
from host_tools.messages import Hello
from tapote import params, wire
from tapote.setup import board_slots

PORT = UsbPort("/dev/ttyACM0", 0x2E8A, 0x0005, "E661")
ARDUINO = UsbPort("/dev/ttyACM2", 0x2341, 0x0043)
LINUX = Facts(platform="linux", rules=True, user="me")
OURS = ".".join(map(str, wire.FIRMWARE))
BOOTSEL = Volume(Path("/media/RPI-RP2"), "/dev/sda1", "RPI-RP2", "Raspberry Pi RP2")
BOARD: dict[str, Any] = compile_board(load_board("pico_mosfet_fsr"))


def hello(*, firmware: str = OURS, fault: int = 0, board: str = "pico_mosfet_fsr") -> Hello:
    return Hello(wire.PROTOCOL, firmware, board, params.table_hash(), 2000, "IDLE", fault, 0)


def values(**changed: int) -> dict[str, int]:
    defaults = {row[0]: row[3] for row in params.PARAMS} | board_slots(BOARD)
    healthy = {"force_raw": 200, "force_mn": 0, "battery_mv": 11_800, "temperature_dc": 250, "reasons": 0x020}
    return defaults | healthy | changed


def port(state: str, answer: Answer | None = None, **more: Any) -> PortFacts:
    return PortFacts(Found("serial:/dev/ttyACM0", state, "said so", port=PORT, answer=answer), **more)


def tapote(said: Hello | None = None, board: dict[str, Any] | None = BOARD, **changed: int) -> Facts:
    said = said or hello()
    device = DeviceFacts(said, values(**changed), board, "no such board", named="pico_mosfet_fsr")
    answer = Answer(Kind.TAPOTE, said, said.firmware, said.board, said.protocol)
    return replace(LINUX, ports=(port("tapote", answer, device=device),))


def troubles(facts: Facts) -> list[Finding]:
    """What is not ok; every one of them with a fix."""
    found = [finding for finding in diagnose(facts).findings if finding.level != "ok"]
    assert all(finding.fix and finding.text for finding in found)
    return found


def the_one(facts: Facts, key: str) -> Finding:
    (found,) = troubles(facts)
    assert (found.key, found.level) == (key, "problem")
    assert not diagnose(facts).healthy
    return found


def test_a_healthy_device_has_every_check_told_as_ok() -> None:
    report = diagnose(tapote())
    assert report.healthy
    assert troubles(tapote()) == []
    told = ["firmware", "board-file", "settings", "force-sensor", "battery", "temperature", "faults"]
    assert [finding.key for finding in report.findings] == told


def test_a_force_sensor_that_was_never_calibrated_is_a_note() -> None:
    def device(calibrated: bool) -> Facts:
        facts = tapote()
        (only,) = facts.ports
        assert only.device is not None
        return replace(facts, ports=(replace(only, device=replace(only.device, calibrated=calibrated)),))

    (found,) = troubles(device(calibrated=False))
    assert (found.key, found.level, found.fix) == ("not-calibrated", "note", "tapote calibrate")
    report = diagnose(device(calibrated=True))
    assert report.healthy
    assert "calibration" in [finding.key for finding in report.findings]


def test_no_device() -> None:
    assert "Plug one in" in the_one(LINUX, "no-device").fix
    assert "/dev/ttyACM2 is something else" in the_one(replace(LINUX, others=(ARDUINO,)), "no-device").text


def test_a_charge_only_cable_is_suspected_when_the_board_has_power() -> None:
    assert "carries data" in the_one(replace(LINUX, powered=True), "charge-only-cable").fix
    the_one(replace(LINUX, powered=False), "no-device")


def test_permission_denied_prints_the_one_line_that_installs_the_rules() -> None:
    fix = the_one(replace(LINUX, rules=False, ports=(port("denied"),)), "permission-denied").fix
    assert fix.startswith(linux_ports.install_line())
    assert str(linux_ports.RULES) in fix


def test_permission_denied_with_the_rules_in_place_is_a_matter_of_the_group() -> None:
    fix = the_one(replace(LINUX, ports=(port("denied", group="uucp"),)), "permission-denied").fix
    assert fix.startswith("sudo usermod -aG uucp me ")


def test_permission_denied_elsewhere_than_on_linux() -> None:
    assert "sudo" not in the_one(Facts(platform="darwin", ports=(port("denied"),)), "permission-denied").fix


def test_a_busy_port_names_who_has_it() -> None:
    held = port("busy", holders=(Holder(42, "thonny"), Holder(43, "")))
    found = the_one(replace(LINUX, ports=(held,)), "port-busy")
    assert found.text == "thonny (process 42), a program (process 43) has the port open."
    assert found.fix == "Close thonny (process 42), a program (process 43)."


def test_a_busy_port_of_a_program_that_is_not_seen() -> None:
    assert "sudo fuser -v /dev/ttyACM0" in the_one(replace(LINUX, ports=(port("busy"),)), "port-busy").fix
    assert "Thonny" in the_one(Facts(platform="win32", ports=(port("busy"),)), "port-busy").fix


def test_modem_manager_that_is_seen_holding_the_port() -> None:
    held = port("busy", holders=(Holder(7, "ModemManager"),))
    found = the_one(replace(LINUX, modem_manager=True, rules=False, ports=(held,)), "modem-manager")
    assert "has the port open" in found.text
    assert linux_ports.install_line() in found.fix


def test_modem_manager_that_is_suspected_because_nobody_is_seen() -> None:
    busy = replace(LINUX, modem_manager=True, rules=False, ports=(port("busy"),))
    assert "probably" in the_one(busy, "modem-manager").text
    the_one(replace(busy, rules=True), "port-busy")


def test_modem_manager_that_will_be_in_the_way_is_a_note() -> None:
    (found,) = troubles(replace(tapote(), modem_manager=True, rules=False))
    assert (found.key, found.level) == ("modem-manager", "note")
    assert diagnose(replace(tapote(), modem_manager=True, rules=False)).healthy
    assert troubles(replace(tapote(), modem_manager=True)) == []


def test_bootsel() -> None:
    found = the_one(replace(LINUX, volumes=(BOOTSEL,)), "bootsel")
    assert (found.fix, found.where) == ("tapote flash", "/media/RPI-RP2")


def test_another_chip_s_volume() -> None:
    pico2 = replace(BOOTSEL, board_id="RP2350", model="Raspberry Pi RP2350")
    keys = [finding.key for finding in troubles(replace(LINUX, volumes=(pico2,)))]
    assert keys == ["no-device", "wrong-chip"]


@pytest.mark.parametrize(
    ("version", "key", "fix"),
    [
        ("v1.27.0", "plain-micropython", "tapote deploy"),
        ("v1.27.3", "plain-micropython", "tapote deploy"),
        ("", "plain-micropython", "tapote deploy"),
        ("v1.20.0", "micropython-version", "tapote flash"),
        ("v1.28.0-preview", "micropython-version", "tapote flash"),
    ],
)
def test_plain_micropython(version: str, key: str, fix: str) -> None:
    answer = Answer(Kind.MICROPYTHON, version=version, board="Raspberry Pi Pico with RP2040")
    assert the_one(replace(LINUX, ports=(port("micropython", answer),)), key).fix == fix


@pytest.mark.parametrize(
    ("firmware", "key", "fix"),
    [("0.0.9", "firmware-older", "tapote deploy"), ("9.0.0", "firmware-newer", "Update the host tools")],
)
def test_firmware_of_another_version_that_still_can_be_talked_to(firmware: str, key: str, fix: str) -> None:
    assert the_one(tapote(hello(firmware=firmware)), key).fix.startswith(fix)


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (Answer(Kind.OTHER_TAPOTE, version="0.0.1", protocol=(0, 9)), "firmware-older"),
        (Answer(Kind.OTHER_TAPOTE, version="9.0.0", protocol=(2, 0)), "firmware-newer"),
        (Answer(Kind.OTHER_TAPOTE, version="9.0.0", protocol=wire.PROTOCOL), "firmware-newer"),
        (Answer(Kind.OTHER_TAPOTE, version=OURS, protocol=wire.PROTOCOL), "firmware-older"),
        (Answer(Kind.OTHER_TAPOTE), "firmware-older"),
    ],
)
def test_firmware_that_speaks_otherwise(answer: Answer, key: str) -> None:
    the_one(replace(LINUX, ports=(port("other-tapote", answer),)), key)


@pytest.mark.parametrize(
    ("state", "key"),
    [
        ("silent", "silent"),
        ("garbage", "garbage"),
        ("other", "other-firmware"),
        ("lost", "port-failed"),
        ("stuck", "port-failed"),
        ("failed", "port-failed"),
    ],
)
def test_what_else_a_port_can_do(state: str, key: str) -> None:
    the_one(replace(LINUX, ports=(port(state),)), key)


def test_a_named_port_that_is_not_there() -> None:
    missing = PortFacts(Found("serial:/dev/ttyACM0", "missing", "there is no port /dev/ttyACM0", "Plug it in."))
    the_one(replace(LINUX, ports=(missing,), looked=False), "no-device")


def test_the_wrong_board_file_by_name() -> None:
    other = compile_board(load_board("picow_drv8871_linear"))
    found = the_one(tapote(hello(board="pico_mosfet_fsr"), other, battery_mv=11_800), "wrong-board-file")
    assert "pico_mosfet_fsr, not picow_drv8871_linear" in found.text
    assert found.fix == "tapote deploy --board pico_mosfet_fsr"


def test_the_wrong_board_file_under_the_right_name() -> None:
    found = the_one(tapote(tick_us=250, bipolar=1), "wrong-board-file")
    assert "differ in bipolar, tick_us" in found.text


def test_a_setting_is_no_difference_of_the_board_file() -> None:
    assert troubles(tapote(force_limit_mn=20_000, session_s=60)) == []


def test_a_board_that_is_not_known_here_is_a_note() -> None:
    (found,) = troubles(tapote(hello(board="my_own"), None))
    assert (found.key, found.level) == ("board-unknown", "note")
    assert "--board" in found.fix


def test_settings_that_could_not_be_read() -> None:
    assert "tapote save" in the_one(tapote(reasons=0x120), "settings-invalid").fix


def test_a_setting_out_of_its_range() -> None:
    found = the_one(tapote(force_limit_mn=90_000), "settings-invalid")
    assert found.text == "force_limit_mn is 90 N; allowed 5 to 50 N."
    assert found.fix == "tapote set force_limit_mn 50"


@pytest.mark.parametrize(("raw", "says"), [(0, "open"), (4095, "shorted")])
def test_an_implausible_force_sensor(raw: int, says: str) -> None:
    assert says in the_one(tapote(force_raw=raw), "sensor-implausible").text


def test_a_force_sensor_that_only_the_device_finds_implausible() -> None:
    assert "wires" in the_one(tapote(reasons=0x004), "sensor-implausible").fix


@pytest.mark.parametrize("pack_mv", [0, 3000, 16_000])
def test_an_implausible_battery(pack_mv: int) -> None:
    assert "3 cells" in the_one(tapote(battery_mv=pack_mv), "sensor-implausible").text


@pytest.mark.parametrize("temperature_dc", [-300, 1100])
def test_an_implausible_temperature(temperature_dc: int) -> None:
    assert "degC" in the_one(tapote(temperature_dc=temperature_dc), "sensor-implausible").text


@pytest.mark.parametrize(
    ("facts", "key"), [(tapote(battery_mv=9_900), "battery-low"), (tapote(force_mn=12_000), "head-loaded")]
)
def test_what_a_person_mends_without_tools_is_a_note(facts: Facts, key: str) -> None:
    (found,) = troubles(facts)
    assert (found.key, found.level) == (key, "note")


def test_a_latched_fault_says_how_it_clears() -> None:
    found = the_one(tapote(hello(fault=1)), "latched-fault")
    assert "FORCE_TRIP" in found.text
    assert found.fix == "Lift the head for 2 s, then clear."


def test_a_fault_that_these_tools_do_not_know() -> None:
    assert "fault 200" in the_one(tapote(hello(fault=200)), "latched-fault").text


def test_several_troubles_come_with_problems_first_and_each_its_own_fix() -> None:
    found = troubles(tapote(hello(fault=2), force_raw=0, battery_mv=9_900))
    assert [finding.key for finding in found] == ["sensor-implausible", "latched-fault", "battery-low"]


def test_two_boards_are_a_note_beside_what_each_says() -> None:
    facts = replace(tapote(), volumes=(BOOTSEL,))
    assert [finding.key for finding in troubles(facts)] == ["bootsel", "several-boards"]


def test_as_json() -> None:
    told = Report([Finding("bootsel", "x", "text", "fix")]).as_json()
    findings = [{"key": "bootsel", "where": "x", "text": "text", "fix": "fix", "level": "problem"}]
    assert told == {"healthy": False, "findings": findings}
