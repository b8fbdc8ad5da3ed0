"""The HAL on CPython: a hand-advanced clock, arrays for registers, and the plant behind the pins.

The firmware cannot tell it from a board: the tick reads its force from `adc`, writes its level to `out`, and the plant
turns that level into motion and the next reading. Nothing here knows what the firmware ought to do.
"""

from array import array
from collections.abc import Callable, Mapping
from typing import Any

from host_tools.lights import SimWires, lights
from host_tools.plant.plant import Plant
from tapote import params, waves
from tapote import setup as board_setup
from tapote.kernel import tick

MASK30 = 0x3FFFFFFF
ADC_READY = 0x100
AGE_PERIODS = 14  # firmware/tapote/fed_pwm.py; a test compares the two
UNFED = -1  # what `out` holds when the tick wrote no word

NOW_US = params.slot("now_us")
TACH_NOW = params.slot("tach_now")


class SimHal:
    """tapote.hal.Hal on CPython. board: board.json; plant: the physics, stepped once a tick.

    to_host and to_device are the two directions of the link; room_bytes is how much the host's end takes at once.
    """

    def __init__(self, board: Mapping[str, Any], plant: Plant) -> None:
        self.board = board
        self.plant = plant
        self.regs = array("i", bytes(4 * params.REGS_WORDS))
        self.wave = waves.make(board["force_table"])
        self.adc = array("i", [ADC_READY] + [0] * 8)
        self.out = array("i", [0, 0])
        self.reset_cause = 0
        self.acknowledged = False
        self.to_device = bytearray()
        self.to_host = bytearray()
        self.room_bytes = 1 << 20
        self.pressed = False
        self.led_permille = 0
        self.wires = SimWires()  # of the board's lights
        self.pin_shorted = False  # the motor pin does not reach its safe level
        self.guard_us = 0  # when the watchdog bites, in time_us; 0: it is off
        self.connected = False
        self.ticking = False
        self.ticks = 0
        self.time_us = 0  # since power-on, does not wrap
        self.look: Callable[[], None] | None = None  # called after every tick: an onlooker
        self._unfed_ticks = 0
        for index, value in enumerate(params.defaults()):
            self.regs[index] = value
        for name, value in board_setup.board_slots(dict(board)).items():
            self.regs[params.slot(name)] = value
        self._wire_adc()
        self.tick_us = self.regs[params.slot("tick_us")]
        # A word lives for AGE_PERIODS more PWM periods: at least one tick, by the rule that boards.py checks.
        self._hold_ticks = AGE_PERIODS * 1_000_000 // board["pwm_hz"] // self.tick_us

    def _wire_adc(self) -> None:
        """One result word a channel, from 1 on; the control words carry READY, so a conversion is done at once."""
        slots = {"adc_force_word": ADC_READY, "adc_force_at": 1 + self.board["adc_force"]}
        for index, key in enumerate(("adc_current", "adc_battery", "adc_temp")):
            channel = self.board[key] if self.board[key] >= 0 else self.board["adc_force"]
            slots[f"slow_word_{index}"] = ADC_READY
            slots[f"slow_at_{index}"] = 1 + channel
        for name, value in slots.items():
            self.regs[params.slot(name)] = value

    def run_ticks(self, count: int) -> None:
        """Let `count` tick periods pass: plant, sensors, tick, onlooker."""
        plant = self.plant
        step = plant.step
        regs, wave, adc, out = self.regs, self.wave, self.adc, self.out
        board = self.board
        tick_us = self.tick_us
        dt_s = tick_us * 1e-6
        per_count = 2.0 / (2 * regs[params.slot("top")] + 6)  # two cycles a count, six more a period: fed_pwm.py
        force_at = 1 + board["adc_force"]
        slow = [
            (1 + board[key], reading)
            for key, reading in (
                ("adc_current", "current_counts"),
                ("adc_battery", "battery_counts"),
                ("adc_temp", "temp_counts"),
            )
            if board[key] >= 0
        ]
        now = self.time_us
        turn = self.ticks
        look = self.look
        for _ in range(count):
            if self.connected and self._unfed_ticks <= self._hold_ticks:
                step(dt_s, out[0] * per_count, out[1] * per_count)
            else:
                step(dt_s, 0.0, 0.0)
            now += tick_us
            if self.ticking:
                adc[force_at] = plant.force_counts
                if slow:  # the tick converts one slow channel at a time; so only that one is worked out
                    at, reading = slow[turn % len(slow)]
                    adc[at] = getattr(plant, reading)
                turn += 1
                regs[NOW_US] = now & MASK30
                regs[TACH_NOW] = plant.tach_count & 0xFFFF
                fed = out[0]
                out[0] = UNFED
                tick(regs, wave, adc, out)
                if out[0] == UNFED:
                    out[0] = fed
                    self._unfed_ticks += 1
                else:
                    self._unfed_ticks = 0
            if look is not None:
                self.time_us, self.ticks = now, turn
                look()
        self.time_us = now
        self.ticks = turn

    # -- tapote.hal.Hal ------------------------------------------------------------------------------------------------

    def now_ms(self) -> int:
        """See Hal."""
        return self.time_us // 1000 & MASK30

    def now_us(self) -> int:
        """See Hal."""
        return self.time_us & MASK30

    def start(self) -> None:
        """See Hal."""
        self.ticking = True

    def connect(self) -> None:
        """See Hal."""
        self.connected = True

    def kill(self) -> None:
        """See Hal."""
        self.connected = False

    def safe_level(self) -> bool:
        """See Hal."""
        return not self.connected and not self.pin_shorted

    def guard(self, limit_ms: int) -> None:
        """See Hal."""
        self.guard_us = self.time_us + limit_ms * 1000 if limit_ms else 0

    @property
    def bitten(self) -> bool:
        """Whether the watchdog would have restarted the board by now: what happens on from here, no board does."""
        return 0 < self.guard_us <= self.time_us

    def acknowledge(self) -> None:
        """See Hal."""
        self.acknowledged = True

    def button(self) -> bool:
        """See Hal."""
        return self.pressed

    def led(self, level: int) -> None:
        """See Hal."""
        self.led_permille = level

    def lights(self, app: Any) -> list[Any]:
        """See Hal."""
        return lights(app, self.wires)

    def read(self, buffer: bytearray) -> int:
        """See Hal."""
        count = min(len(buffer), len(self.to_device))
        buffer[:count] = self.to_device[:count]
        del self.to_device[:count]
        return count

    def write(self, data: "bytes | bytearray | memoryview[int]") -> int:
        """See Hal."""
        count = min(len(data), self.room_bytes - len(self.to_host))
        self.to_host += data[:count]
        return count

    def wait(self, limit_ms: int) -> None:
        """See Hal: time passes, tick by tick, until bytes wait or the limit is over."""
        ticks = limit_ms * 1000 // self.tick_us
        while ticks > 0 and not self.to_device:
            self.run_ticks(1)
            ticks -= 1

    def heap_free(self) -> int:
        """See Hal: CPython has no such limit, so this says 0."""
        return 0
