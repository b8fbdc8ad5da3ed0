"""Answers the host: one method a message. Telemetry goes out when it fits, is counted when it does not, never waits."""

import struct

from micropython import const

from tapote import params, telemetry, units, wire
from tapote.loader import let_go
from tapote.outbox import SIZE, Outbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App

_CHUNK = 64
STREAM_MIN_MS = 5
_POLL_MS = const(8)  # no message after so much time in one poll: some collect garbage, which takes 16 ms each
_BEHIND = 8  # records: so many are caught up with after a pause of the loop (garbage collection), more are dropped
# What even a host of another protocol version may say.
_ALWAYS = (wire.HELLO, wire.BEAT, wire.STOP, wire.PAUSE, wire.TOO_MUCH)
# Limits: while the motor may turn they can only be lowered. Raising one starts with STOP.
_LIMITS = list(range(params.slot("force_limit_mn"), params.slot("session_s") + 1))
_LIMITS.append(params.slot("felt_limit_permille"))
_REASONS = const(95)


class Server:
    """The device's end of the wire, on top of the App it serves."""

    def __init__(self, app: "App") -> None:
        self.app = app
        self.hal = app.hal
        self.decoder = wire.Decoder()
        self.heard_ms = 0  # when the host last sent a whole frame
        self.dropped = 0  # telemetry that the host did not make room for
        self._understood = True
        self._waiting: "list[tuple[int, int, bytes]]" = []  # messages that were read and not acted on yet
        self.stream_ms = 0
        self._streamed_ms = 0
        self._in = bytearray(_CHUNK)
        self._out = Outbox(self.hal)
        self._handlers = {  # plain functions: a method bound to its object takes 16 bytes more, each of them
            wire.HELLO: Server._hello,
            wire.BEAT: Server._beat,
            wire.GET: Server._get,
            wire.SET: Server._set,
            wire.PROGRAM: Server._program,
            wire.PHASE: Server._phase,
            wire.WAVE: Server._wave,
            wire.COMMIT: Server._commit,
            wire.ARM: Server._arm,
            wire.STOP: Server._stop,
            wire.PAUSE: Server._pause,
            wire.TOO_MUCH: Server._too_much,
            wire.CLEAR: Server._clear,
            wire.STREAM: Server._stream,
            wire.RING: Server._ring,
            wire.STATS: Server._stats,
            wire.SAVE: Server._save,
            wire.STORED: Server._stored,
            wire.BLACKBOX: Server._blackbox,
            wire.SELFTEST: Server._selftest,
            wire.USAGE: Server._usage,
            wire.CALIBRATE: Server._calibrate,
            wire.SHELF: Server._shelf,
        }

    def poll(self, now_ms: int) -> None:
        """Read what came, act on whole frames, send what waits."""
        frames = self._waiting
        if frames:
            self._waiting = []
        else:
            count = self.hal.read(self._in)  # one chunk: a flood must not keep the main loop from its turns
            frames = self.decoder.feed(self._in[:count]) if count else frames
        for kind, seq, payload in frames:
            handler = self._handlers.get(kind)
            if handler is None:
                continue  # a message of the device itself: an echo, not a host
            if self._waiting or units.elapsed(self.hal.now_ms(), now_ms) >= _POLL_MS:
                self._waiting.append((kind, seq, payload))
                continue
            self.heard_ms = now_ms
            if self._understood or kind in _ALWAYS:
                handler(self, seq, struct.unpack(wire.MESSAGES[kind], payload), now_ms)
            else:
                self._ack(seq, kind, wire.REFUSED, 0)
        self._out.flush()

    def due_ms(self, now_ms: int) -> int:
        """How long until the next record of the stream."""
        if self.stream_ms == 0:
            return 1000
        return max(self.stream_ms - units.elapsed(now_ms, self._streamed_ms), 0)

    def stream(self, now_ms: int) -> None:
        """Send a telemetry record when one is due and there is room. Records keep to the beat of the stream."""
        period_ms = self.stream_ms
        if period_ms == 0:
            return
        behind = units.elapsed(now_ms, self._streamed_ms) // period_ms
        if behind == 0:
            return
        if behind > _BEHIND:
            self._drop(behind - 1)
            self._streamed_ms += period_ms * (behind - 1)
        self._streamed_ms = (self._streamed_ms + period_ms) & 0x3FFFFFFF
        # Answers keep half of the room: they matter more than records.
        out = self._out
        room = out.waiting() <= SIZE // 2
        if room:
            telemetry.pack(self.app, now_ms, self.dropped, out.body)
        if not (room and out.take(wire.TELEMETRY, 0)):
            self._drop(1)
        self._out.flush()

    def _drop(self, count: int) -> None:
        self.dropped = (self.dropped + count) & 0xFFFF

    def _send(self, kind: int, seq: int, fields: "tuple[object, ...]") -> None:
        if not self._out.add(kind, seq, fields):
            self._drop(1)

    def _ack(self, seq: int, kind: int, status: int, value: int) -> None:
        self._send(wire.ACK, seq, (kind, status, value))

    def _hello(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        app = self.app
        self._understood = fields[0] == wire.PROTOCOL[0]
        if not self._understood:
            self.stream_ms = 0
        board = app.board["name"].encode()[:24]
        state = app.session.state
        reply = wire.PROTOCOL + wire.FIRMWARE + (board, params.table_hash(), app.board["tick_hz"], state)
        self._send(wire.HELLO_REPLY, seq, reply + (app.session.fault, self.hal.reset_cause))

    def _beat(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        """Having been heard is all; no answer, so a beat costs the link nothing."""

    def _get(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        if fields[0] >= params.count():
            self._ack(seq, wire.GET, wire.UNKNOWN, 0)
        else:
            if fields[0] == _REASONS:  # worked out when somebody asks: too dear for every turn
                self.hal.regs[_REASONS] = self.app.reasons(now_ms)
            self._ack(seq, wire.GET, wire.OK, self.hal.regs[fields[0]])

    def _set(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        slot, value = fields
        if slot >= params.count():
            self._ack(seq, wire.SET, wire.UNKNOWN, 0)
        elif not params.is_setting(slot):
            self._ack(seq, wire.SET, wire.REFUSED, self.hal.regs[slot])
        else:
            applied = params.within(slot, value)
            if slot in _LIMITS and self.app.session.live():
                applied = min(applied, self.hal.regs[slot])
            self.hal.regs[slot] = applied
            self.app.setpoints.changed()
            self._ack(seq, wire.SET, wire.OK if applied == value else wire.CLAMPED, applied)

    def _program(self, seq: int, fields: "tuple[int, bytes]", now_ms: int) -> None:
        name = "".join([chr(byte) for byte in fields[1] if 32 <= byte < 127])
        self._ack(seq, wire.PROGRAM, wire.OK if self.app.loader.begin(fields[0], name) else wire.REFUSED, 0)

    def _phase(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        self._ack(seq, wire.PHASE, self.app.loader.add_phase(fields[0], fields[1:]), fields[0])

    def _wave(self, seq: int, fields: "tuple[int, bytes]", now_ms: int) -> None:
        self._ack(seq, wire.WAVE, self.app.loader.add_wave(fields[0], struct.unpack("<32H", fields[1])), fields[0])

    def _commit(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        status = self.app.loader.commit()
        self._ack(seq, wire.COMMIT, status, self.app.program.clamped)

    def _arm(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        by_hand = self.app.loader.by_hand  # the host would not know which program it starts
        reasons = 0x020 if by_hand else self.app.arm(bool(fields[0]), now_ms)
        self._ack(seq, wire.ARM, wire.REFUSED if reasons else wire.OK, reasons)

    def _stop(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        self.app.stop(now_ms)
        self._ack(seq, wire.STOP, wire.OK, self.app.session.state)

    def _pause(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        done = self.app.pause(now_ms)
        self._ack(seq, wire.PAUSE, wire.OK if done else wire.REFUSED, self.app.session.state)

    def _too_much(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        self._ack(seq, wire.TOO_MUCH, wire.OK, self.app.too_much())

    def _clear(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        cleared = self.app.clear(now_ms)
        self._ack(seq, wire.CLEAR, wire.OK if cleared else wire.REFUSED, self.app.session.fault)

    def _stream(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        period_ms = max(fields[0], STREAM_MIN_MS) if fields[0] else 0
        self.stream_ms = period_ms
        self.hal.heap_free()  # collects garbage now, so that it does not soon break into the stream that begins
        self._streamed_ms = now_ms
        self._ack(seq, wire.STREAM, wire.OK if period_ms == fields[0] else wire.CLAMPED, period_ms)

    def _ring(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        """Four records from `first`, counted from the oldest; the host holds the ring while it reads all 64 parts."""
        first, hold = fields
        self.app.blackbox.hold(bool(hold), now_ms)
        self._send(wire.RING_REPLY, seq, (first, telemetry.ring_part(self.hal.regs, first)))

    def _blackbox(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        """Answers with what is held, then lets go of it when asked to."""
        box = self.app.blackbox
        idle = not self.app.session.live()
        if idle:
            box.recall()
        self._send(wire.BLACKBOX_REPLY, seq, box.record)
        if fields[0] and idle:
            self.app.keeper.forget_box()

    def _stats(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        self._send(wire.STATS_REPLY, seq, telemetry.stats(self.app))

    def _save(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        self._ack(seq, wire.SAVE, wire.OK if self.app.keeper.save_settings(now_ms) else wire.REFUSED, 0)

    def _selftest(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        self._send(wire.SELFTEST_REPLY, seq, self.app.tested)

    def _usage(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        self._send(wire.USAGE_REPLY, seq, telemetry.usage(self.app))

    def _calibrate(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        done = self.app.keeper.calibrate(fields[0], fields[1], now_ms)
        held = self.app.calibration
        self._ack(seq, wire.CALIBRATE, wire.OK if done else wire.REFUSED, held.zero_mn | held.gain_permille << 16)

    def _stored(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        value = self.app.settings.stored.get(fields[0])
        self._ack(seq, wire.STORED, wire.REFUSED if value is None else wire.OK, value or 0)

    def _shelf(self, seq: int, fields: "tuple[int, ...]", now_ms: int) -> None:
        if self.app.session.live():  # which needs the memory that their code takes
            self._ack(seq, wire.SHELF, wire.REFUSED, 0)
            return
        from tapote import programs

        what, index, offset = fields
        kind, answer = programs.serve(self.app, what, index, offset, now_ms)
        let_go("programs")
        self._send(kind, seq, answer)
