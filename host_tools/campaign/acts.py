"""What happens in a trace besides the press: button, host, jams and drops."""

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from host_tools.device import Device
from tapote import params, wire

if TYPE_CHECKING:
    from host_tools.campaign.link import WatchedLink

GRAVITY = 9.81
# What is drawn, for docs/campaign.md.
RANGES = (
    ("button", "tap (too much), hold (stop), chatter, a press in any state"),
    (
        "host",
        "too much, pause, stop, clear, arm again, any setting to any value, silence up to 0.8 s, noise on the line",
    ),
    ("machine", "crank or coil jammed for 30 ms to 2 s, the whole device dropped from 5 to 60 mm"),
)
_NAMES = (
    "tap",
    "hold",
    "chatter",
    "too_much",
    "pause",
    "stop",
    "clear",
    "again",
    "set",
    "hush",
    "noise",
    "jam",
    "drop",
)
_WEIGHTS = (3, 1, 1, 3, 1, 1, 2, 3, 3, 1, 1, 4, 4)


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """Something that happens at_s seconds after the button. value, seed: how long, how far, or what is drawn then."""

    at_s: float
    name: str
    value: float = 0.0
    seed: int = 0


def draw_acts(random: Random, seconds: float) -> list[Act]:
    """Up to eight of them; a jam gets its end."""
    acts = []
    for name in random.choices(_NAMES, _WEIGHTS, k=random.randrange(9)):
        at_s = random.uniform(0.2, seconds)
        value = random.uniform(0.03, 2.0) if name == "jam" else random.random()
        acts.append(Act(at_s, name, value, random.randrange(1 << 30)))
        if name == "jam":
            acts.append(Act(at_s + value, "free"))
    return acts


def perform(act: Act, link: "WatchedLink", device: Device) -> None:
    """Do it now. DeviceError when the device does not answer."""
    plant: Any = link.hal.plant
    match act.name:
        case "end":
            pass
        case "touch":
            plant.begin_press()
        case "lift":
            plant.lift()
        case "tap":
            link.press_button(0.1)
        case "hold":
            link.press_button(0.6)
        case "chatter":
            for _ in range(1 + act.seed % 12):
                link.press_button(0.011)
                device.pump(0.022)
        case "too_much":
            device.too_much()
        case "pause":
            device.pause()
        case "stop":
            device.stop()
        case "clear":
            device.clear()
        case "again":
            device.arm(tethered=act.value < 0.5)
            link.press_button(0.1)
        case "set":
            _set(device, Random(act.seed))
        case "hush":
            link.advance(act.value * 0.8)
        case "noise":
            link.write(Random(act.seed).randbytes(1 + act.seed % 200))
        case "jam":
            plant.faults.rotor_locked = True
        case "free":
            plant.faults.rotor_locked = False
        case "drop":
            _drop(plant.mechanism, 0.005 + 0.055 * act.value)


def _set(device: Device, random: Random) -> None:
    """Any slot to any number: the device cuts it to its range, or refuses."""
    slot = random.choice((*params.settings(), random.randrange(len(params.SLOTS))))
    row = params.PARAMS[slot]
    value = random.choice((random.randint(row[1], row[2]), random.randint(-(1 << 31), (1 << 31) - 1)))
    device._ack(wire.SET, slot, value)


def _drop(mechanism: Any, height_m: float) -> None:
    """Lift the device by so much and let it arrive with the speed of its fall."""
    speed = (2 * GRAVITY * height_m) ** 0.5
    for name in ("tool_m", "head_m"):
        if hasattr(mechanism, name):
            setattr(mechanism, name, getattr(mechanism, name) - 0.01)
            setattr(mechanism, f"{name}_s", getattr(mechanism, f"{name}_s") + speed)
