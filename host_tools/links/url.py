"""Device URLs: `serial:/dev/ttyACM0`, and `sim:` or `virtual:` with options that shape the simulated world."""

import difflib
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from host_tools.errors import UsageError

SIMULATED = ("sim", "virtual")
SERIAL = "serial"
SCHEMES = (*SIMULATED, SERIAL)
EXAMPLES = "Examples: sim:  virtual:  serial:/dev/ttyACM0  serial:COM3  sim:?tissue=soft&press=30"
_MARK = "?simulated=1"  # what `tapote virtual --serve` adds to its port's URL: no motor turns there


@dataclass(frozen=True)
class World:
    """The simulated world around a device; build_plant documents the ranges."""

    board: str = "pico_mosfet_fsr"
    tissue: str = "normal"
    region: str = "back_upper"
    person: str = "normal"
    seconds: float = 90.0
    seed: int = 1
    press_n: float | None = None
    effort: float = 1.0
    charge: float = 0.85
    realtime: bool = False
    state: str = ""


@dataclass(frozen=True)
class DeviceUrl:
    """A parsed URL. scheme: sim, virtual or serial; given: names of the World's fields that the URL itself set.

    port and simulated are those of a serial URL: what to open, and whether the person says that it is a virtual board.
    """

    scheme: str
    world: World
    given: frozenset[str] = field(default_factory=frozenset)
    port: str = ""
    simulated: bool = True

    def with_defaults(self, **values: Any) -> "DeviceUrl":
        """The URL with these fields of its world, where it did not set them itself and the value is not None."""
        chosen = {key: value for key, value in values.items() if value is not None and key not in self.given}
        return replace(self, world=replace(self.world, **chosen))


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(text)
    return text == "1"


def _text(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


# option: (field of World, what reads it, what it must be)
OPTIONS: dict[str, tuple[str, Callable[[str], object], str]] = {
    "board": ("board", str, "a board name or file"),
    "tissue": ("tissue", str, "soft, normal or firm"),
    "region": ("region", str, "a region"),
    "person": ("person", str, "a person"),
    "seconds": ("seconds", _number, "a number of seconds"),
    "seed": ("seed", int, "a whole number"),
    "press": ("press_n", _number, "a force in N"),
    "effort": ("effort", _number, "a factor on the person's press"),
    "charge": ("charge", _number, "a share, 0.05 to 1"),
    "realtime": ("realtime", _flag, "0 or 1"),
    "state": ("state", _text, "a file that keeps the virtual board's flash"),
}


def parse(url: str) -> DeviceUrl:
    """Take a URL apart. UsageError lists everything that is wrong with it."""
    scheme, colon, rest = url.partition(":")
    if not colon or scheme not in SCHEMES:
        raise UsageError(
            f"'{url}' is no device URL that this version knows: sim:, virtual: or serial:PORT",
            fix=_hint(url, scheme) + EXAMPLES,
        )
    if scheme == SERIAL:
        return _serial(url, rest)
    if rest and not rest.startswith("?"):
        raise UsageError(f"'{url}': after {scheme}: comes nothing, or ? and options", fix=EXAMPLES)
    values: dict[str, Any] = {}  # each read as the type of its field in World
    problems: list[str] = []
    seen: set[str] = set()
    for key, text in parse_qsl(rest[1:], keep_blank_values=True):
        if key not in OPTIONS:
            near = difflib.get_close_matches(key, OPTIONS, 1)
            problems.append(f"unknown option '{key}'" + (f" (did you mean {near[0]}?)" if near else ""))
            continue
        name, read, what = OPTIONS[key]
        if key in seen:
            problems.append(f"{key}= is there more than once")
            continue
        seen.add(key)
        try:
            values[name] = read(text)
        except ValueError:
            problems.append(f"{key}={text} is not {what}")
    if scheme != "virtual" and "state" in values:
        problems.append("state= is for virtual: only (sim: has no flash)")
    if problems:
        raise UsageError(f"'{url}': " + "; ".join(dict.fromkeys(problems)), fix="Options: " + ", ".join(OPTIONS) + ".")
    world = World(**values)
    return DeviceUrl(scheme, world, frozenset(values))


def _serial(url: str, port: str) -> DeviceUrl:
    simulated = port.endswith(_MARK)
    port = port.removesuffix(_MARK)
    if not port or "?" in port:
        wrong = "has no port" if not port else f"has an option that serial: does not know (only {_MARK})"
        raise UsageError(f"'{url}' {wrong}", fix="See what is there: tapote devices. " + EXAMPLES)
    return DeviceUrl(SERIAL, World(), port=port, simulated=simulated)


def _hint(url: str, scheme: str) -> str:
    if url.startswith("/dev/") or url[:3].upper() == "COM":
        return f"Did you mean serial:{url}? "
    known = difflib.get_close_matches(scheme, SCHEMES, 1)
    return f"Did you mean {known[0]}:? " if known else ""
