"""What a Tapote device says of itself, judged: board file, settings, sensors, faults."""

from collections.abc import Callable, Mapping
from typing import Any

from host_tools.doctor_facts import DeviceFacts
from host_tools.finding import NOTE, OK, Finding
from host_tools.messages import fault_name
from host_tools.param_rows import ROWS
from tapote import faults, params, words
from tapote.setup import board_slots

REASON_SENSOR = 0x004
REASON_SETTINGS = 0x100
UNLOADED_MN = 5000
CELL_MIN_MV, CELL_MAX_MV = 2000, 4300  # outside, no Li-ion cell works: it is a wire, a divider, or the wrong pack
CELL_LOW_MV = 3400
TEMPERATURE_MIN_DC, TEMPERATURE_MAX_DC = -200, 1000  # -20 to 100 degC


def findings(where: str, device: DeviceFacts) -> list[Finding]:
    """All checks; one that has nothing to say is told as ok."""
    checks: list[tuple[str, str, Callable[[DeviceFacts], tuple[str, str, str] | None]]] = [
        ("board-file", f"The board is {device.hello.board}, wired as the board file of that name says.", _board),
        ("settings", "Settings are whole and within their ranges.", _settings),
        ("force-sensor", "The force sensor reads plausibly, unloaded.", _force),
        ("calibration", "The force sensor was compared with a scale.", _calibration),
        ("battery", "The battery reads plausibly.", _battery),
        ("temperature", "The temperature reads plausibly.", _temperature),
        ("faults", "No fault holds.", _fault),
    ]
    if device.calibrated is None:
        checks = [check for check in checks if check[0] != "calibration"]
    found = []
    for key, well, check in checks:
        trouble = check(device)
        if trouble is None:
            found.append(Finding(key, where, well, "", OK))
        else:
            level = NOTE if trouble[0] in NOTES else "problem"
            found.append(Finding(trouble[0], where, trouble[1], trouble[2], level))
    return found


NOTES = ("head-loaded", "not-calibrated", "battery-low", "board-unknown")
NOT_CALIBRATED = "The force sensor was never compared with a scale: its limits are as good as the board file's curve."
CALIBRATE = "tapote calibrate"


def _board(device: DeviceFacts) -> tuple[str, str, str] | None:
    hello, board = device.hello, device.board
    if board is None:
        return (
            "board-unknown",
            f"Whether the device has the right board file cannot be told: {device.board_trouble}",
            "Name your board file: tapote doctor --board FILE.toml",
        )
    deploy = f"tapote deploy --board {device.named}"
    if board["name"] != hello.board:
        return "wrong-board-file", f"The device has the board file {hello.board}, not {board['name']}.", deploy
    differing = _differences(board, device.values)
    if differing:
        text = f"The device's board file {hello.board} is not the one here; they differ in {', '.join(differing)}."
        return "wrong-board-file", text, deploy
    return None


def _differences(board: Mapping[str, Any], values: Mapping[str, int]) -> list[str]:
    """Slots that the board file fixes and that the device has otherwise."""
    fixed = {
        name: value for name, value in board_slots(dict(board)).items() if not params.is_setting(params.slot(name))
    }
    return sorted(name for name, value in fixed.items() if values.get(name, value) != value)


def _settings(device: DeviceFacts) -> tuple[str, str, str] | None:
    if device.reasons & REASON_SETTINGS:
        return (
            "settings-invalid",
            "The stored settings could not be read (damaged, or of a newer version); factory values hold.",
            "Store the values that hold now: tapote save. If that is refused: tapote erase --settings",
        )
    for slot in params.settings():
        row = ROWS[params.SLOTS[slot]]
        value = device.values.get(row.name, row.low)
        if not row.low <= value <= row.high:
            return (
                "settings-invalid",
                f"{row.name} is {row.text(value)}; allowed {row.range_text}.",
                f"tapote set {row.name} {row.text(params.within(slot, value), unit=False)}",
            )
    return None


def _force(device: DeviceFacts) -> tuple[str, str, str] | None:
    board, raw, force_mn = device.board, device.values.get("force_raw"), device.values.get("force_mn", 0)
    if board is not None and raw is not None and not board["force_raw_min"] <= raw <= board["force_raw_max"]:
        low = raw < board["force_raw_min"]
        text = f"The force sensor reads {raw} counts, {'below' if low else 'above'} its range"
        text += f" {board['force_raw_min']} to {board['force_raw_max']}: {'open' if low else 'shorted'}?"
        return (
            "sensor-implausible",
            text,
            f"Check the force sensor's wires and plug for a {'break' if low else 'short'}.",
        )
    if device.reasons & REASON_SENSOR:
        text = "The device finds its force sensor implausible."
        return "sensor-implausible", text, "Check the force sensor's wires and plug."
    if force_mn >= UNLOADED_MN:
        text = f"The head feels {force_mn / 1000:.1f} N; below {UNLOADED_MN / 1000:g} N counts as unloaded."
        return "head-loaded", text, "Lift the head off everything; if it still reads so, calibrate the force sensor."
    return None


def _calibration(device: DeviceFacts) -> tuple[str, str, str] | None:
    return None if device.calibrated else ("not-calibrated", NOT_CALIBRATED, CALIBRATE)


def _battery(device: DeviceFacts) -> tuple[str, str, str] | None:
    board, pack_mv = device.board, device.values.get("battery_mv")
    if board is None or not board["battery_points"] or pack_mv is None:
        return None
    cell_mv = pack_mv // board["cells"]
    shown = f"{pack_mv / 1000:.2f} V for {board['cells']} cells"
    if not CELL_MIN_MV <= cell_mv <= CELL_MAX_MV:
        text = f"The battery reads {shown}: no such pack works."
        return "sensor-implausible", text, "Switch the pack on; then check its divider, and `cells` in the board file."
    if cell_mv < CELL_LOW_MV:
        return "battery-low", f"The battery is low: {shown}.", "Charge it."
    return None


def _temperature(device: DeviceFacts) -> tuple[str, str, str] | None:
    board, value_dc = device.board, device.values.get("temperature_dc")
    if board is None or not board["temp_points"] or value_dc is None:
        return None
    if TEMPERATURE_MIN_DC <= value_dc <= TEMPERATURE_MAX_DC:
        return None
    text = f"The temperature sensor reads {value_dc / 10:.0f} degC."
    return "sensor-implausible", text, "Check the temperature sensor's wires for a break or a short."


def _fault(device: DeviceFacts) -> tuple[str, str, str] | None:
    number = device.hello.fault
    if not number:
        return None
    if number not in faults.FAULTS:
        return "latched-fault", f"The device holds {fault_name(number)}, unknown here.", "git pull && make setup"
    name = fault_name(number)
    clears, meaning = words.FAULTS[name]
    return "latched-fault", f"The device holds the fault {name}: {meaning}", f"{clears[0].upper()}{clears[1:]}."
