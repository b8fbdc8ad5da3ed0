"""The two worlds that a case runs in, behind one face: start a session, break something, see when the motor was off.

Times are the world's own, in ms since power-on.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from host_tools.bench_probe import TickProbe
from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.device import Device
from host_tools.firmware_image import FS_BYTES, FS_OFFSET_BYTES, build_filesystem
from host_tools.links.sim import SimLink
from host_tools.links.virtual import BOOT_S, VirtualLink
from host_tools.messages import BlackBox, fault_name
from host_tools.plant.build import build_plant
from host_tools.safety_matrix import BOARD
from host_tools.sim_hal import SimHal
from host_tools.virtual_board import VirtualBoard
from tapote import params
from tapote.app import App

from ..sessions import program
from .motor import Motor, PinMotor, SimMotor, WatchedPlant, watched

SETTLE_S = 0.6  # the button must have been up for half a second
SPIN_UP_S = 2.4  # from the button to the full drive of the program
QUIET_MS = 3.0  # a pause of a running motor is shorter: 60 PWM periods
HASTY = 0.02  # share of a tick after a force conversion has begun: the worst moment for a step


def made_plant(board: str = BOARD, **options: Any) -> WatchedPlant:
    """The plant of a board; options: of build_plant."""
    shaped: dict[str, Any] = {"region": "glutes", "seconds": 600.0} | options
    return watched(build_plant(load_board(board), **shaped))


class World(ABC):
    """A device that was switched on, its plant, and the host's client. name: sim or virtual."""

    name: str
    motor: Motor
    link: SimLink | VirtualLink

    def __init__(self, plant: WatchedPlant | None, name: str) -> None:
        """name: of the board; plant: another one than its own."""
        self.plant = plant or made_plant(name)
        self.faults = self.plant.faults
        self.board = load_board(name)

    def _connect(self, link: SimLink | VirtualLink) -> None:
        self.link = link
        self.device = Device(link)

    # -- time ----------------------------------------------------------------------------------------------------------

    @property
    def now_ms(self) -> float:
        return self.link.now_s() * 1000

    def advance(self, ms: float) -> None:
        """Let time pass; the host says nothing and reads nothing."""
        self.link.advance(ms / 1000)

    def pump(self, ms: float) -> None:
        """Let time pass; the host beats and reads."""
        self.device.pump(ms / 1000)

    @abstractmethod
    def to_the_worst_moment(self) -> None:
        """Go to right after a force sample, so that a change comes as late as it can."""

    # -- a session -----------------------------------------------------------------------------------------------------

    def load(self, seconds: float = 300.0, **fields: int) -> None:
        """Send a program (of sessions.program), and let the button's half second pass."""
        self.device.upload(program(self.board, seconds, **fields))
        self.pump(SETTLE_S * 1000)

    def arm(self, *, tethered: bool = False) -> list[str]:
        """The reasons why not, [] when it is armed."""
        return self.device.arm(tethered=tethered)

    def start(self, *, tethered: bool = False, seconds: float = 300.0, **fields: int) -> None:
        """From IDLE to a motor at full drive."""
        self.load(seconds, **fields)
        assert self.arm(tethered=tethered) == []
        self.link.press_button()
        self.pump(SPIN_UP_S * 1000)
        assert self.motor.driven

    def restart(self) -> None:
        """Arm and press again after a stop, with the program that is there."""
        self.pump(SETTLE_S * 1000)
        assert self.arm() == []
        self.link.press_button()
        self.pump(SPIN_UP_S * 1000)
        assert self.motor.driven

    # -- what is broken, and what comes of it --------------------------------------------------------------------------

    def inject(self, **what: float | bool | None) -> float:
        """Set plant faults by name, visible to the device at once; the time."""
        for name, value in what.items():
            assert hasattr(self.faults, name)
            setattr(self.faults, name, value)
        self.show()
        return self.now_ms

    @abstractmethod
    def show(self) -> None:
        """Put the plant's readings of this instant on the device's inputs."""

    def off_after(self, since_ms: float, within_ms: float) -> float:
        """Wait until the motor is off; how long after `since_ms` it was driven for the last time.

        AssertionError when it is still driven a fifth and 20 ms after `within_ms`: the caller compares with the bound.
        """
        end_ms = since_ms + within_ms * 1.2 + 20.0
        step_ms = 0.5 if within_ms <= 20 else 2.0
        while self.now_ms - max(self.motor.last_on_ms, since_ms) < QUIET_MS:
            assert self.now_ms < end_ms, f"still driven {self.now_ms - since_ms:.1f} ms after"
            self.advance(step_ms)
        return max(self.motor.last_on_ms - since_ms, 0.0)

    def driven_for(self, ms: float, during: Callable[[float], None] | None = None) -> float:
        """Let time pass; for how much of it the motor was driven, ms."""
        before_ms = self.motor.driven_ms
        (during or self.pump)(ms)
        return self.motor.driven_ms - before_ms

    def get(self, name: str) -> int:
        """A parameter, raw, as the device tells it."""
        return self.device.get(name)

    @property
    def state(self) -> str:
        """The state by name, as the device tells it."""
        return self.device.hello().state

    @property
    def fault(self) -> str:
        """The strictest fault that holds, "" for none, as the device tells it."""
        number = self.device.hello().fault
        return fault_name(number) if number else ""

    @property
    def seen(self) -> set[str]:
        """All faults since the session was armed, as the device tells them."""
        return set(self.device.stats().fault_names)

    @property
    def box(self) -> BlackBox:
        """What the device kept of its first fault."""
        return self.device.black_box()

    def forces_n(self) -> list[float]:
        """The last 256 samples of the force as the tick saw them, oldest first."""
        return [tick.force_mn / 1000 for tick in self.device.ring()]

    @abstractmethod
    def button(self, down: bool) -> None:
        """The contact of the button, as it is from now on."""

    def press(self, ms: float = 100.0) -> None:
        """The person presses the device's button, and time passes for it."""
        self.link.press_button(ms / 1000)
        self.pump(ms + 60.0)

    @abstractmethod
    def power_cycle(self, clock_s: float = 0.0, files: Mapping[str, bytes] | None = None) -> None:
        """Off, on with the device's clock at clock_s, and as long as it takes to boot; the flash is kept, with these
        files written to it while the power was off."""

    def reconnect(self) -> None:
        """A host that knows nothing of what was said before; until the self-test is over."""
        self.device = Device(self.link)
        while self.state in ("BOOT", "SELFTEST"):
            self.advance(10.0)

    def close(self) -> None:
        """Switch it off."""
        self.link.close()


class SimWorld(World):
    """`sim:`. Its state between two calls is the one right after a tick. changed: keys of board.json that differ."""

    name = "sim"
    link: SimLink

    def __init__(self, plant: WatchedPlant | None = None, board: str = BOARD, **changed: Any) -> None:
        super().__init__(plant, board)
        self._connect(SimLink(compile_board(self.board) | changed, self.plant))
        self.motor = SimMotor(self.plant, self.link.now_s() - self.plant.time_s)

    def to_the_worst_moment(self) -> None:
        """It is."""

    def show(self) -> None:
        """The next tick reads the plant itself."""

    def power_cycle(self, clock_s: float = 0.0, files: Mapping[str, bytes] | None = None, *, damage: str = "") -> None:
        """The same plant and folder, a new board. Its time starts anew; that of the plant goes on. damage: what main.py
        found wrong with the firmware's files."""
        old = self.link
        for name, data in (files or {}).items():
            Path(old._root.name, name).write_bytes(data)
        link = SimLink.__new__(SimLink)
        link.name, link.plant, link._root, link._release_us = old.name, old.plant, old._root, 1 << 62
        link.hal = SimHal(old.hal.board, self.plant)
        link.hal.pressed = old.hal.pressed
        link.hal.time_us = round(clock_s * 1e6)
        link.app = App(link.hal, dict(old.hal.board), old._root.name + "/", damage)
        self._connect(link)
        self.motor = SimMotor(self.plant, clock_s - self.plant.time_s)
        self.advance(200.0)

    def button(self, down: bool) -> None:
        self.link.hal.pressed = down
        self.link._release_us = 1 << 62

    def reg(self, name: str) -> int:
        """A slot of regs, without asking the device."""
        return self.link.hal.regs[params.slot(name)]


class VirtualWorld(World):
    """`virtual:`. files: instead of the deployed firmware."""

    name = "virtual"
    link: VirtualLink

    def __init__(
        self, plant: WatchedPlant | None = None, *, files: Mapping[str, bytes] | None = None, board: str = BOARD
    ) -> None:
        super().__init__(plant, board)
        self._connect(VirtualLink(compile_board(self.board), self.plant, files=files))
        self.reconnect()
        self.motor = PinMotor(self.link.rig)
        self._probe: TickProbe | None = None

    @property
    def probe(self) -> TickProbe:
        """The ticks as they are seen on the chip's bus, from the first use on."""
        if self._probe is None:
            self._probe = TickProbe(self.link.rig.board, 1_000_000 // int(self.link.rig.config["tick_hz"]))
        return self._probe

    def to_the_worst_moment(self) -> None:
        tick_ms = 1000 / int(self.link.rig.config["tick_hz"])
        self.probe.clear()
        self.advance(2 * tick_ms)
        at_ms = self.probe.ticks[-1].sample_ns * 1e-6 + (2 + HASTY) * tick_ms
        self.advance(at_ms - self.now_ms)

    def show(self) -> None:
        rig = self.link.rig
        for key, name in (
            ("adc_force", "force_counts"),
            ("adc_current", "current_counts"),
            ("adc_battery", "battery_counts"),
            ("adc_temp", "temp_counts"),
        ):
            if rig.config[key] >= 0:
                rig.pins.set_adc(int(rig.config[key]), getattr(self.plant, name))

    def button(self, down: bool) -> None:
        self.link.rig.press(down)

    def power_cycle(self, clock_s: float = 0.0, files: Mapping[str, bytes] | None = None) -> None:
        def set_clock(board: VirtualBoard) -> None:
            timer: Any = board.mcu.timer
            timer._epoch_nanos = -clock_s * 1e9

        board = self.link.rig.board
        flash = bytearray(board.power_cut())
        if files is not None:
            flash[FS_OFFSET_BYTES : FS_OFFSET_BYTES + FS_BYTES] = build_filesystem({**board.files(), **files})
        board.flash = bytes(flash)
        board.wire.append(set_clock)
        board.power_on()
        board.wire.remove(set_clock)
        self._probe = None
        self.advance(BOOT_S * 1000)
        self.reconnect()
