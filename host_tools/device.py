"""The typed client of a device, the same on every link.

All waiting is the link's: `advance` lets simulated, emulated or real time pass, so a test owns the clock.
"""

import struct
from collections.abc import Callable, Iterable
from dataclasses import astuple

from host_tools import messages
from host_tools.device_errors import UPDATE_FIX, DeviceError, RefusedError, must_answer
from host_tools.links.link import Link, slowdown
from host_tools.messages import BlackBox, Hello, Stats, Telemetry, Tick, Usage
from host_tools.profiles.program import Program
from tapote import params, wire

__all__ = ["Device", "DeviceError", "RefusedError"]

REPLY_TIMEOUT_S = 1.0
STEP_S = 0.001  # grain of waiting for an answer
BEAT_S = 0.1
SELFTEST_S = 1.0  # longer than any self-test


class Device:
    """A device behind a link. Telemetry that arrives while waiting goes to `on_telemetry`.

    Every call that talks raises DeviceError when no answer comes within REPLY_TIMEOUT_S of the link's time (more from
    a virtual board behind a port).
    """

    def __init__(self, link: Link) -> None:
        self.link = link
        self.on_telemetry: Callable[[Telemetry], None] = lambda record: None
        self.tethered = False
        self._decoder = wire.Decoder()
        self._seq = 0
        self._timeout_s = REPLY_TIMEOUT_S * slowdown(link)
        self._replies: dict[int, tuple[int, bytes]] = {}
        self._beat_at_s = 0.0

    @property
    def bad_frames(self) -> int:
        """Frames from the device that were damaged."""
        return self._decoder.bad

    # -- talking -------------------------------------------------------------------------------------------------------

    def pump(self, seconds: float) -> None:
        """Let time pass: keep the heartbeat, take what arrives."""
        end_s = self.link.now_s() + seconds
        while True:
            left_s = end_s - self.link.now_s()
            if left_s <= 1e-9:
                return
            if self.tethered and self.link.now_s() >= self._beat_at_s:
                self._send(wire.BEAT)
                self._beat_at_s = self.link.now_s() + BEAT_S
            self.link.advance(min(left_s, BEAT_S / 5))
            self._receive()

    def _receive(self) -> None:
        data = self.link.read()
        for kind, seq, payload in self._decoder.feed(data):
            if kind == wire.TELEMETRY:
                self.on_telemetry(messages.telemetry(payload, self.link.now_s()))
            else:
                self._replies[seq] = (kind, payload)

    def _send(self, kind: int, *fields: object) -> int:
        self._seq = self._seq % 255 + 1  # 0 is for what nobody asked for
        self._replies.pop(self._seq, None)
        self.link.write(wire.encode(kind, self._seq, struct.pack(wire.MESSAGES[kind], *fields)))
        return self._seq

    def ask(self, kind: int, *fields: object, reply: int) -> bytes:
        """Payload of the answer, which must be of the kind `reply`. RefusedError when the device refuses instead."""
        seq = self._send(kind, *fields)
        end_s = self.link.now_s() + self._timeout_s
        while seq not in self._replies:
            if self.link.now_s() >= end_s:
                raise DeviceError(
                    f"{self.link.name} does not answer",
                    fix="Is the Tapote firmware running there? `tapote devices` shows what each port says.",
                )
            self.link.advance(STEP_S)
            self._receive()
        answered, payload = self._replies.pop(seq)
        must_answer(self.link.name, kind, answered, reply, payload)
        return payload

    def _ack(self, kind: int, *fields: object) -> tuple[int, int]:
        """(status, value) of the answer to a message that is acknowledged."""
        payload = self.ask(kind, *fields, reply=wire.ACK)
        _, status, value = struct.unpack(wire.MESSAGES[wire.ACK], payload)
        return status, value

    # -- asking --------------------------------------------------------------------------------------------------------

    def hello(self) -> Hello:
        """Who is there, once its self-test is over. DeviceError for a protocol that this host does not speak."""
        hello = messages.hello(self.ask(wire.HELLO, *wire.PROTOCOL, reply=wire.HELLO_REPLY))
        end_s = self.link.now_s() + SELFTEST_S
        while hello.state in ("BOOT", "SELFTEST") and self.link.now_s() < end_s:
            self.pump(0.02)
            hello = messages.hello(self.ask(wire.HELLO, *wire.PROTOCOL, reply=wire.HELLO_REPLY))
        if hello.protocol[0] != wire.PROTOCOL[0]:
            raise DeviceError(
                f"the device speaks protocol {hello.protocol[0]}, these tools speak {wire.PROTOCOL[0]}", fix=UPDATE_FIX
            )
        if hello.table_hash != params.table_hash():
            raise DeviceError("the device's parameter table is not the one of these tools", fix=UPDATE_FIX)
        return hello

    def get(self, name: str) -> int:
        """Raw value of a parameter. DeviceError with exit code 2 for an unknown name."""
        status, value = self._ack(wire.GET, self._slot(name))
        if status != wire.OK:
            raise DeviceError(f"the device does not tell {name}: {wire.ACK_STATUS[status]}", fix=UPDATE_FIX)
        return value

    def set(self, name: str, value: int) -> int:
        """Change a setting in RAM; the value really applied (cut to its range). DeviceError when it is no setting."""
        status, applied = self._ack(wire.SET, self._slot(name), min(max(value, -(1 << 31)), (1 << 31) - 1))
        if status not in (wire.OK, wire.CLAMPED):
            raise DeviceError(f"{name} is measured or fixed by the board: it cannot be set", fix=self._settings())
        return applied

    def save(self) -> None:
        """Store the settings on the device; only while it is idle."""
        if self._ack(wire.SAVE)[0] != wire.OK:
            raise DeviceError(
                "the device did not store its settings",
                fix="Stop the session first. If nothing runs, its flash is full, or it holds settings of a newer"
                " firmware, which it never overwrites: tapote erase --settings keeps them here and takes them off.",
            )

    def stored(self, name: str) -> int:
        """What a setting is after a restart, raw. DeviceError when it is no setting."""
        status, value = self._ack(wire.STORED, self._slot(name))
        if status == wire.REFUSED:
            raise DeviceError(f"{name} is not stored: it is measured or fixed by the board", fix=self._settings())
        return value

    def reasons(self) -> list[str]:
        """Why arming would be refused now, each with what to do; [] when the device may be armed."""
        return messages.reason_texts(self.get("reasons"))

    def black_box(self, *, release: bool = False) -> BlackBox:
        """What is kept of the last fault; `held` is 0 when nothing is. release: let go of it."""
        return messages.black_box(self.ask(wire.BLACKBOX, int(release), reply=wire.BLACKBOX_REPLY))

    def usage(self) -> Usage:
        """What the device has counted in its life, and the calibration that holds."""
        return messages.usage(self.ask(wire.USAGE, reply=wire.USAGE_REPLY))

    def calibrate(self, zero_mn: int, gain_permille: int) -> None:
        """Store a calibration; it holds at once. DeviceError while a session is live or out of the device's bounds."""
        if self._ack(wire.CALIBRATE, zero_mn, gain_permille)[0] != wire.OK:
            raise DeviceError("the device did not take the calibration", fix="Stop the session; clear faults.")

    def stats(self) -> Stats:
        """Summary of the session."""
        return messages.stats(self.ask(wire.STATS, reply=wire.STATS_REPLY))

    def ring(self) -> list[Tick]:
        """The last 256 ticks, oldest first; those before the fault while the black box holds them."""
        ticks: list[Tick] = []
        try:
            for first in range(0, params.RING_TICKS, 4):
                ticks += messages.ticks(self.ask(wire.RING, first, 1, reply=wire.RING_REPLY))
        finally:
            self.ask(wire.RING, 0, 0, reply=wire.RING_REPLY)
        return ticks

    def stream(self, period_ms: int) -> None:
        """Telemetry every so many ms (5 at least); 0 stops it."""
        self._ack(wire.STREAM, period_ms)

    # -- acting --------------------------------------------------------------------------------------------------------

    def upload(self, program: Program) -> int:
        """Send a program; how many of its phases the device cut to its caps. DeviceError when it refuses."""
        name = program.name.encode()[:24]
        self._must("take a program", wire.PROGRAM, len(program.phases), name)
        for index, phase in enumerate(program.phases):
            self._must(f"take phase {index + 1} of '{program.name}'", wire.PHASE, index, *astuple(phase))
        for block in range(8):
            samples = struct.pack("<32H", *program.wave[32 * block : 32 * block + 32])
            self._must("take the stroke's shape", wire.WAVE, block, samples)
        return self._must("take the whole program", wire.COMMIT)

    def arm(self, *, tethered: bool) -> list[str]:
        """Make ready for the button; [] or the reasons why not. tethered: stop when this host falls silent."""
        status, value = self._ack(wire.ARM, int(tethered))
        self.tethered = tethered and status == wire.OK
        return [] if status == wire.OK else messages.reason_texts(value)

    def stop(self) -> None:
        """Stop now."""
        self._ack(wire.STOP)

    def pause(self) -> bool:
        """Motor off, place in the program kept; False when nothing moves. The button goes on."""
        return self._ack(wire.PAUSE)[0] == wire.OK

    def too_much(self) -> int:
        """Less force and drive for the rest of the session; how often that was said by now."""
        return self._ack(wire.TOO_MUCH)[1]

    def clear(self) -> bool:
        """Clear a fault, if its rule allows that now."""
        return self._ack(wire.CLEAR)[0] == wire.OK

    def selftest(self) -> tuple[int, int]:
        """What the device tested at its start: (tests done, tests failed), as bits of words.SELFTESTS."""
        done, failed = messages.unpack(wire.SELFTEST_REPLY, self.ask(wire.SELFTEST, reply=wire.SELFTEST_REPLY))
        return done, failed

    def _must(self, what: str, kind: int, *fields: object) -> int:
        status, value = self._ack(kind, *fields)
        if status not in (wire.OK, wire.CLAMPED):
            raise DeviceError(
                f"the device did not {what}: {wire.ACK_STATUS[status]}",
                fix="Stop the session and clear faults, then try again.",
            )
        return value

    @staticmethod
    def _slot(name: str) -> int:
        if name not in params.SLOTS:
            raise DeviceError(f"there is no parameter '{name}'", fix=Device._settings(), exit_code=2)
        return params.slot(name)

    @staticmethod
    def _settings() -> str:
        names: Iterable[str] = (params.SLOTS[slot] for slot in params.settings())
        return "Settings are: " + ", ".join(names) + "."
