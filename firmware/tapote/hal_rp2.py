"""The RP2040 behind the firmware: the only module that imports machine, rp2 or time.

Addresses are those of the RP2040 data sheet. The motor output is a PIO program that lives only while it is fed
(`fed_pwm.py`); the tick that feeds it is a hard timer interrupt; the tachometer is counted by a PWM slice; the ADC
belongs to the tick alone once ticks run.
"""

import array
import gc
import select
import sys
import time

import machine
import micropython
import uctypes
from machine import ADC, PWM, Pin, Timer
from micropython import const

from tapote import params, waves
from tapote.kernel import tick

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tapote.dialect import Pointer, ptr32

_ADC, _PWM, _TXF0 = 0x4004C000, 0x40050000, 0x50200010
_WATCHDOG_LOAD, _WATCHDOG_CTRL_CLEAR = 0x40058004, 0x4005B000
_MARK_AT = 0x4005800C  # a scratch register of the watchdog: only the power clears it
_RUNS, _ENDED, _BITTEN = 0x2A7A9030, 0x2A7A9031, 0x2A7A9032
_TIMERAWL = const(10)  # word of the timer that counts microseconds
_FUNC_PWM = const(4)
_FUNC_SIO = const(5)
_FUNC_PIO0 = const(6)
_OE_ON = const(0x3000)  # OEOVER: drive the pin whatever the function says
_OUT_LOW = const(0x200)  # OUTOVER: low, whatever the function says
_OUT_HIGH = const(0x300)
_NVIC_IPR1 = const(0xE000E404)  # priorities of interrupts 4 to 7, USBCTRL is 5
_ADC_GO = const(0x107)  # READY (read-only in hardware), START_ONCE, TS_EN, EN

_NOW_US = const(0)
_TACH_NOW = const(40)
_DURATION_US = const(69)
_TACH_AT = const(76)
_WAVE_AT = const(106)


def _make_isr(step: "Any", regs: "Pointer", adc: "Any", out: "Any") -> "Callable[[Timer], None]":
    """The timer callback: time and tach count in, the tick, its duration out.

    Four closed-over names and the timer make five arguments: with more, calling the closure would allocate. The tick is
    one of them, as MicroPython looks a global up in 1 to 3 us; so the address of the shapes comes from its slot.
    """

    @micropython.viper
    def isr(timer):  # type: (Timer) -> None
        # The clock first: a cast of an object takes 1 us. Its address, 0x40054000, is more than viper's literals hold.
        timer_page = 0x10015
        clock = ptr32(timer_page << 14)
        now = clock[_TIMERAWL] & 0x3FFFFFFF
        r = ptr32(regs)
        counter = ptr32(r[_TACH_AT])
        r[_NOW_US] = now
        r[_TACH_NOW] = counter[0]
        step(regs, r[_WAVE_AT], adc, out)
        r[_DURATION_US] = (clock[_TIMERAWL] - now) & 0x3FFFFFFF

    return isr


@micropython.viper
def _set_controls(first, second, word):  # type: (int, int, int) -> None
    """Write the control registers of two pins (or of one, twice). Viper: no heap is needed, no Ctrl-C comes between."""
    control = ptr32(0x40014004)  # GPIO0_CTRL; two words a pin
    control[2 * int(first)] = int(word)
    control[2 * int(second)] = int(word)


def _ready(poller, limit_ms):  # type: (select.poll, int) -> bool
    """Whether the stream can be read or written within so many ms. `ipoll` builds no lists: no garbage."""
    for _ in poller.ipoll(limit_ms):
        return True
    return False


class Rp2Hal:
    """tapote.hal.Hal on the RP2040. board: board.json; locked: the motor pin is never handed out."""

    def __init__(self, board: "dict[str, Any]", locked: bool = False) -> None:
        self.board = board
        self._locked = locked
        self.reset_cause = self._cause()
        machine.mem32[_MARK_AT] = _BITTEN if self.reset_cause == 1 else _RUNS
        self._pins: "list[int]" = [pin for pin in (board["motor_pin"], board["motor_pin_b"]) if pin >= 0]
        self._high = bool(board["active_low"])
        self._safe = _FUNC_SIO | _OE_ON | (_OUT_HIGH if self._high else _OUT_LOW)
        self.kill()
        self.regs = array.array("i", bytes(4 * params.REGS_WORDS))
        self.wave = waves.make(board["force_table"])
        for index, value in enumerate(params.defaults()):
            self.regs[index] = value
        self._configure()  # first: it refuses a board file that puts one of the next on a pin of the motor
        self._button = Pin(board["button_pin"], Pin.IN, Pin.PULL_UP if board["button_active_low"] else Pin.PULL_DOWN)
        self._led = PWM(Pin(board["led_pin"]), freq=1000, duty_u16=0) if board["led_pin"] >= 0 else None
        self._poll_in = select.poll()
        self._poll_in.register(sys.stdin, select.POLLIN)
        self._poll_out = select.poll()
        self._poll_out.register(sys.stdout, select.POLLOUT)
        self._byte = bytearray(1)
        from tapote.fed_pwm import make_machine

        self._machines = [make_machine(index, pin, board, self.kill) for index, pin in enumerate(self._pins)]
        self.kill()
        self._isr = _make_isr(tick, self.regs, _ADC, _TXF0)
        self._timer: "Timer | None" = None
        self._guarded = False

    def _cause(self) -> int:
        """Why it starts, see Hal. A restart by the watchdog counts until it is acknowledged, whatever resets follow."""
        mark = machine.mem32[_MARK_AT]
        if mark == _BITTEN:
            return 1
        if machine.reset_cause() == machine.WDT_RESET:  # a timeout, or machine.reset(); another scratch register tells
            return 1 if mark == _RUNS and machine.mem32[0x4005801C] == 0x6AB73121 else 2
        return 2 if mark in (_RUNS, _ENDED) else 0  # a soft reset leaves no other trace

    def acknowledge(self) -> None:
        """See Hal."""
        machine.mem32[_MARK_AT] = _RUNS

    def _configure(self) -> None:
        """The `board` slots of regs, the ADC inputs and the pulse counter."""
        from tapote import setup  # what only the start needs is imported here: main.py lets go of it

        board = self.board
        slow = (board["adc_current"], board["adc_battery"], board["adc_temp"])
        for channel in (board["adc_force"],) + slow:
            if 0 <= channel <= 3:
                ADC(26 + channel)
        values = setup.board_slots(board)
        values["tach_at"] = _PWM + 0x14 * ((max(board["tach_pin"], 0) >> 1) & 7) + 8
        values["wave_at"] = uctypes.addressof(self.wave)  # nothing moves on MicroPython's heap
        values["adc_force_word"] = _ADC_GO | board["adc_force"] << 12
        for index, channel in enumerate(slow):
            values["slow_word_%d" % index] = _ADC_GO | (channel if channel >= 0 else board["adc_force"]) << 12
        params.place(values, self.regs)
        pin = board["tach_pin"]
        if pin >= 0:  # the slice counts rising edges of its B pin
            base = _PWM + 0x14 * ((pin >> 1) & 7)
            Pin(pin, Pin.IN, Pin.PULL_UP)
            machine.mem32[base + 4] = 1 << 4
            machine.mem32[base + 8] = 0
            machine.mem32[base + 0x10] = 0xFFFF
            machine.mem32[base] = 2 << 4 | 1
            _set_controls(pin, pin, _FUNC_PWM)  # last: before it counts, the slice would drive the pin

    def now_ms(self) -> int:
        """See Hal."""
        return time.ticks_ms()

    def now_us(self) -> int:
        """See Hal: ticks_us counts modulo 2**30, as the tick does."""
        return time.ticks_us()

    def start(self) -> None:
        """See Hal. USB waits for the tick, not the tick for USB: else a flood on the line makes it up to 16 us late."""
        machine.mem32[_NVIC_IPR1] = machine.mem32[_NVIC_IPR1] & ~0xFF00 | 0xC000  # USBCTRL_IRQ: the lowest priority
        if self._timer is None:
            self._timer = Timer(-1, freq=self.board["tick_hz"], callback=self._isr, hard=True)

    def stop(self) -> None:
        """No more ticks, and no watchdog: the prompt belongs to whoever stopped us. The fed output dies by itself."""
        self.guard(0)
        if self._timer is not None:
            self._timer.deinit()
            self._timer = None
        if machine.mem32[_MARK_AT] == _RUNS:
            machine.mem32[_MARK_AT] = _ENDED

    def connect(self) -> None:
        """See Hal. A firmware that is not whole may be a mix of two, so its own refusal to arm is not enough."""
        if not self._locked:
            _set_controls(self._pins[0], self._pins[-1], _FUNC_PIO0)

    def kill(self) -> None:
        """See Hal: the output override acts at once and outlives a soft reset."""
        _set_controls(self._pins[0], self._pins[-1], self._safe)

    def safe_level(self) -> bool:
        """See Hal: the pad's own level, whatever drives it."""
        return all(bool(machine.mem32[0x40014000 + 8 * pin] >> 17 & 1) == self._high for pin in self._pins)

    def guard(self, limit_ms: int) -> None:
        """See Hal. `machine.WDT` starts it; its registers feed it with any limit, and stop it for the prompt's sake."""
        if limit_ms == 0:
            machine.mem32[_WATCHDOG_CTRL_CLEAR] = 1 << 30  # the enable bit
            self._guarded = False
            return
        if not self._guarded:
            machine.WDT(timeout=limit_ms)
            self._guarded = True
        machine.mem32[_WATCHDOG_LOAD] = limit_ms * 2000  # counts two a microsecond (erratum RP2040-E1)

    def button(self) -> bool:
        """See Hal."""
        return self._button.value() == (0 if self.board["button_active_low"] else 1)

    def led(self, level: int) -> None:
        """See Hal."""
        if self._led is not None:
            self._led.duty_u16(level * 65)

    def lights(self, app: "Any") -> "Any":
        """See Hal. Their code is on the board only where the board file names such parts."""
        from tapote.wires import lights

        return lights(app)

    def read(self, buffer: bytearray) -> int:
        """See Hal. Byte by byte: a longer read would wait until it is full."""
        count, room = 0, len(buffer)
        poller = self._poll_in
        stdin: Any = sys.stdin.buffer
        byte = self._byte
        while count < room:
            for _ in poller.ipoll(0):
                stdin.readinto(byte)
                buffer[count] = byte[0]
                count += 1
                break
            else:
                break
        return count

    def write(self, data: "bytes | bytearray | memoryview[int]") -> int:
        """See Hal. At most 64 bytes when the USB buffer says that it has room, else none: a write must not wait."""
        return sys.stdout.buffer.write(data) or 0 if _ready(self._poll_out, 0) else 0

    def wait(self, limit_ms: int) -> None:
        """See Hal."""
        _ready(self._poll_in, limit_ms)

    def heap_free(self) -> int:
        """See Hal. After a collection, for garbage is free too; it takes 16 ms, in which only the main loop stands."""
        gc.collect()
        return gc.mem_free()
