"""`tapote doctor`: from facts to findings, each with exactly one thing to do. Problems come first.

A check is a short function; what it needs to know is in its arguments, so that a test can show it any computer. This
file looks at the computer and its ports; doctor_device.py at what a Tapote device says of itself.
"""

from dataclasses import asdict, dataclass

from host_tools import doctor_device, linux_ports, uf2_image
from host_tools.bootsel import Volume
from host_tools.doctor_facts import Facts, PortFacts
from host_tools.finding import NOTE, OK, PROBLEM, Finding
from host_tools.links.probe import Kind
from tapote import wire

DEPLOY = "tapote deploy"
FLASH = "tapote flash"
REPLUG = "Unplug the board and plug it in again, then run tapote doctor once more."


@dataclass(frozen=True)
class Report:
    """All findings, in the order in which to read them."""

    findings: list[Finding]

    @property
    def healthy(self) -> bool:
        """Whether there is no problem."""
        return not any(finding.level == PROBLEM for finding in self.findings)

    def as_json(self) -> dict[str, object]:
        """The object of `tapote doctor --json`."""
        return {"healthy": self.healthy, "findings": [asdict(finding) for finding in self.findings]}


def diagnose(facts: Facts) -> Report:
    """Judge the facts."""
    findings = [_volume(volume) for volume in facts.volumes]
    for port in facts.ports:
        findings += _port(port, facts)
    if facts.looked:
        if not facts.ports and not any(volume.is_rp2040 for volume in facts.volumes):
            findings.insert(0, _nothing(facts))
        findings += _several(facts) + _modem_manager(facts)
    return Report(sorted(findings, key=lambda finding: (PROBLEM, NOTE, OK).index(finding.level)))


def _nothing(facts: Facts) -> Finding:
    """No device and a cable that only charges look alike to a computer; the person can see the difference."""
    also = "".join(f" {port.device} is something else ({port.in_words})." for port in facts.others)
    if facts.powered:
        return Finding(
            "charge-only-cable",
            "usb",
            f"The board has power, but nothing appears on USB: the cable probably only charges.{also}",
            "Use a cable that carries data (one that has copied photos from a phone does), straight into the computer.",
        )
    return Finding(
        "no-device",
        "usb",
        f"No board is plugged in.{also}",
        "Plug one in by USB. If you did and it has power, ask again with: tapote doctor --powered",
    )


def _volume(volume: Volume) -> Finding:
    if not volume.is_rp2040:
        return Finding(
            "wrong-chip",
            volume.name,
            f"A board in boot mode that is no RP2040: {volume.model or 'unknown'}, {volume.board_id or 'no Board-ID'}.",
            "Use a Raspberry Pi Pico or Pico W (not Pico 2).",
        )
    text = "A board in BOOTSEL mode: it runs nothing until MicroPython is put on it."
    return Finding("bootsel", volume.name, text, FLASH)


def _several(facts: Facts) -> list[Finding]:
    boards = [port.found.url for port in facts.ports] + [volume.name for volume in facts.volumes if volume.is_rp2040]
    if len(boards) < 2:
        return []
    text = f"{len(boards)} boards are plugged in: {', '.join(boards)}. Commands refuse to guess which one you mean."
    return [Finding("several-boards", "usb", text, f"Name it: --device {boards[0]}", NOTE)]


def _modem_manager(facts: Facts) -> list[Finding]:
    """Not in the way at this moment, but it will be after the next plugging in."""
    if not facts.modem_manager or facts.rules or not facts.ports:
        return []
    if any(_held_by_modem_manager(port, facts) for port in facts.ports):
        return []  # told as a problem already
    text = "ModemManager runs, and opens each newly plugged board for half a minute, looking for a modem."
    return [Finding("modem-manager", "usb", text, f"Tell it to leave boards alone: {linux_ports.install_line()}", NOTE)]


def _held_by_modem_manager(port: PortFacts, facts: Facts) -> bool:
    """Seen holding the port; or the port is busy, nobody is seen (ModemManager is root's), and it may be the one."""
    if port.found.state != "busy":
        return False
    unseen = not port.holders and facts.modem_manager and not facts.rules
    return unseen or any(holder.is_modem_manager for holder in port.holders)


def _port(port: PortFacts, facts: Facts) -> list[Finding]:
    """What is wrong at one port; for Tapote, what it says of itself."""
    found, answer = port.found, port.found.answer
    where = found.url
    if found.state == "denied":
        return [_denied(port, facts)]
    if found.state == "busy":
        return [_busy(port, facts)]
    if found.state == "missing":
        return [Finding("no-device", where, f"{found.what}.", found.fix)]
    if found.state == Kind.OTHER_TAPOTE.value and answer is not None:
        told = tuple(int(part) for part in answer.version.split(".")) if answer.version else ()
        newer = answer.protocol > wire.PROTOCOL or (answer.protocol == wire.PROTOCOL and told > wire.FIRMWARE)
        return [firmware(where, answer.version or "of an unknown version", newer=newer)]
    if found.state == Kind.MICROPYTHON.value and answer is not None:
        return [_micropython(where, answer.version.lstrip("v"), answer.board)]
    if port.device is not None:
        return [*_version(where, port.device.hello.firmware), *doctor_device.findings(where, port.device)]
    fixes = {
        Kind.OTHER.value: ("other-firmware", FLASH),
        Kind.GARBAGE.value: ("garbage", DEPLOY),
        Kind.SILENT.value: ("silent", REPLUG),
    }
    key, fix = fixes.get(found.state, ("port-failed", REPLUG))
    return [Finding(key, where, f"{found.what}.", fix)]


def _denied(port: PortFacts, facts: Facts) -> Finding:
    fix = "Run the command as a user who may open serial ports."
    if facts.linux and not facts.rules:
        fix = f"{linux_ports.install_line()}   Then plug the board in again."
    elif facts.linux:
        fix = f"sudo usermod -aG {port.group} {facts.user}   Then log out and in again."
    return Finding("permission-denied", port.found.url, "This account may not open the port.", fix)


def _busy(port: PortFacts, facts: Facts) -> Finding:
    where = port.found.url
    if _held_by_modem_manager(port, facts):
        seen = "has" if port.holders else "probably has"
        text = f"ModemManager {seen} the port open: it takes the board for a modem."
        return Finding("modem-manager", where, text, f"{linux_ports.install_line()}   Then plug the board in again.")
    if port.holders:
        names = ", ".join(f"{holder.name or 'a program'} (process {holder.pid})" for holder in port.holders)
        return Finding("port-busy", where, f"{names} has the port open.", f"Close {names}.")
    by = "a program that this account cannot see" if facts.linux else "another program"
    fix = "Close it: Thonny, mpremote, a serial monitor or another tapote."
    if facts.linux and port.found.port is not None:
        fix = f"See which, then close it: sudo fuser -v {port.found.port.device}"
    return Finding("port-busy", where, f"The port is held by {by}.", fix)


def _micropython(where: str, version: str, machine: str) -> Finding:
    if version and not version.startswith(uf2_image.TESTED + "."):
        text = f"MicroPython {version} runs here; Tapote is tested with {uf2_image.TESTED}.x."
        return Finding("micropython-version", where, text, FLASH)
    on = f" on {machine}" if machine else ""
    return Finding("plain-micropython", where, f"MicroPython {version}{on}, without Tapote.".replace("  ", " "), DEPLOY)


def _version(where: str, version: str) -> list[Finding]:
    told = tuple(int(part) for part in version.split("."))
    if told == wire.FIRMWARE:
        return [Finding("firmware", where, f"Tapote {version} answers, the version of these tools.", "", OK)]
    return [firmware(where, version, newer=told > wire.FIRMWARE)]


def firmware(where: str, version: str, *, newer: bool) -> Finding:
    """Another version than the tools'. Both ways out exist; the one that loses nothing is told."""
    ours = ".".join(map(str, wire.FIRMWARE))
    text = f"The firmware is {'newer' if newer else 'older'} than these tools: {version}, they go with {ours}."
    if newer:
        return Finding("firmware-newer", where, text, "Update the host tools: git pull && make setup")
    return Finding("firmware-older", where, text, DEPLOY)
