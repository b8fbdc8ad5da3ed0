"""Wire messages as typed host objects: names, units and numbers a person can read instead of structs."""

import struct
from dataclasses import dataclass
from typing import Any

from tapote import faults, params, states, wire, words


@dataclass(frozen=True, slots=True)
class Hello:
    """Who answers."""

    protocol: tuple[int, int]
    firmware: str
    board: str
    table_hash: int
    tick_hz: int
    state: str
    fault: int
    reset_cause: int


@dataclass(frozen=True, slots=True)
class Telemetry:
    """One record of the stream; each field's unit is in its name. `host_s` is the link's time of arrival."""

    host_s: float
    time_ms: int
    state: int
    fault: int
    phase: int
    too_much: int
    rate_spm: int
    rate_target_spm: int
    drive_permille: int
    scale_permille: int
    force_mn: int
    peak_mn: int
    limit_mn: int
    current_ma: int
    battery_mv: int
    temperature_dc: int
    strokes: int
    duration_us: int
    late_max_us: int
    dropped: int
    out_permille: int

    @property
    def state_name(self) -> str:
        """The state as SAFETY names it."""
        return state_name(self.state)


@dataclass(frozen=True, slots=True)
class Stats:
    """Summary of the session under way, or of the last one."""

    run_ms: int
    strokes: int
    peak_mn: int
    over_us: int
    backoff_ms: int
    duration_max_us: int
    late_max_us: int
    lost_ticks: int
    faults: int
    too_much: int
    heap_free: int

    @property
    def fault_names(self) -> list[str]:
        """Faults met since the session was armed."""
        return [fault_name(number) for number in faults.FAULTS if self.faults >> number & 1]


@dataclass(frozen=True, slots=True)
class Tick:
    """One record of the ring of ticks."""

    now_us: int
    force_mn: int
    peak_mn: int
    scale_q16: int
    out_q12: int
    rate_spm: int
    late_us: int
    flags: int


@dataclass(frozen=True, slots=True)
class BlackBox:
    """What the device kept of its first fault since a start; state: the one that the fault ended. held: 0 nothing,
    1 of this start, 2 of an earlier one, from flash."""

    held: int
    fault: int
    state: int
    time_ms: int
    run_ms: int
    phase: int
    too_much: int
    rate_target_spm: int
    drive_permille: int
    limit_mn: int
    trip_mn: int
    current_ma: int
    battery_mv: int
    temperature_dc: int
    strokes: int


# States of a store, by storage.ABSENT to FOREIGN: what to tell the person.
STORES = (
    "nothing stored",
    "both copies whole",
    "one of two copies is damaged; the next save heals it",
    "damaged",
    "stored by a newer firmware",
    "stored for another board",
)
ONE_DAMAGED = 2  # up to here a store is as good as whole


@dataclass(frozen=True, slots=True)
class Usage:
    """What a device has counted in its life, and the calibration that holds. plain_mn: force by its table alone."""

    sessions: int
    run_s: int
    strokes: int
    too_much: int
    saves: int
    by_power: int
    by_watchdog: int
    by_software: int
    faults: bytes
    settings_state: int
    calibration_state: int
    zero_mn: int
    gain_permille: int
    plain_mn: int

    @property
    def calibrated(self) -> bool:
        """Whether the force sensor was ever compared with a scale, and that was not taken back. What is stored and
        damaged is told elsewhere."""
        return self.calibration_state > ONE_DAMAGED or (self.zero_mn, self.gain_permille) != (0, 1000)

    @property
    def fault_counts(self) -> dict[str, int]:
        """How often each fault was met, those never met left out."""
        counts = struct.unpack(f"<{len(self.faults) // 2}H", self.faults)
        return {fault_name(number): count for number, count in enumerate(counts) if count}


def state_name(state: int) -> str:
    """Name of a state, or its number when this host does not know it."""
    return states.STATES[state] if state < len(states.STATES) else f"state {state}"


def fault_name(fault: int) -> str:
    """Name of a fault, or its number when this host does not know it."""
    return faults.FAULTS[fault][0] if fault in faults.FAULTS else f"fault {fault}"


def fault_advice(fault: int) -> str:
    """What a fault means, what to do, and how it clears."""
    if fault not in faults.FAULTS:
        return "This host does not know the fault: update the host tools."
    clears, text = words.FAULTS[fault_name(fault)]
    return f"{text} Clears: {clears}."


def reason_texts(bits: int) -> list[str]:
    """Why arming was refused, each with what to do."""
    return [f"{name}: {words.REASONS[name]}" for index, name in enumerate(faults.REASONS) if bits >> index & 1]


@dataclass(frozen=True, slots=True)
class SelfTest:
    """One part of the self-test. passed: None where the board has nothing to test."""

    name: str
    checks: str
    passed: bool | None
    fix: str


def selftests(done: int, failed: int) -> list[SelfTest]:
    """The result of each part."""
    return [
        SelfTest(name, checks, not failed >> index & 1 if done >> index & 1 else None, fix)
        for index, (name, checks, fix) in enumerate(words.SELFTESTS)
    ]


def reset_name(cause: int) -> str:
    """Why the device started, or its number when this host does not know it."""
    return words.RESETS[cause] if cause < len(words.RESETS) else f"cause {cause}"


def hello(payload: bytes) -> Hello:
    """From the bytes of HELLO_REPLY."""
    major, minor, fw_a, fw_b, fw_c, board, table, tick_hz, state, fault, reset = unpack(wire.HELLO_REPLY, payload)
    name = bytes(board).split(b"\0")[0].decode("utf-8", "replace")
    return Hello((major, minor), f"{fw_a}.{fw_b}.{fw_c}", name, table, tick_hz, state_name(state), fault, reset)


def telemetry(payload: bytes, host_s: float) -> Telemetry:
    """From the bytes of TELEMETRY."""
    return Telemetry(host_s, *unpack(wire.TELEMETRY, payload))


def stats(payload: bytes) -> Stats:
    """From the bytes of STATS_REPLY."""
    return Stats(*unpack(wire.STATS_REPLY, payload))


def black_box(payload: bytes) -> BlackBox:
    """From the bytes of BLACKBOX_REPLY."""
    return BlackBox(*unpack(wire.BLACKBOX_REPLY, payload))


def usage(payload: bytes) -> Usage:
    """From the bytes of USAGE_REPLY."""
    fields: tuple[Any, ...] = unpack(wire.USAGE_REPLY, payload)
    return Usage(*fields)


def ticks(payload: bytes) -> list[Tick]:
    """The four records of RING_REPLY."""
    words = len(params.RING_FIELDS)
    records = struct.unpack(f"<{4 * words}i", payload[1:])
    return [Tick(*records[at : at + words]) for at in range(0, 4 * words, words)]


def unpack(kind: int, payload: bytes) -> tuple[int, ...]:
    """The fields of a message."""
    return struct.unpack(wire.MESSAGES[kind], payload)
