"""The one adapter around mpremote (pinned in pyproject.toml): its SerialTransport on any `Link`.

So the same code serves a serial port and the virtual board. mpremote comes in a private copy of its module whose `time`
is the link's: waiting lets simulated time pass, and nothing global is patched.
"""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from host_tools.errors import TapoteError
from host_tools.links.link import Link, slowdown

POLL_S = 0.0005
READ_TIMEOUT_S = 5.0
ENDLESS_BYTES = 1 << 16  # far more than any answer


def transport_on(link: Link) -> tuple[Any, type[Exception], type[Exception]]:
    """(SerialTransport, its TransportError, its TransportExecError) on a link that is open already.

    TapoteError when mpremote is not installed.
    """
    serial = _Serial(link)
    module = _private_mpremote(_LinkTime(link, serial))
    transport = module.SerialTransport.__new__(module.SerialTransport)  # its constructor would open a port by itself
    transport.serial, transport.device_name = serial, link.name
    transport.in_raw_repl, transport.use_raw_paste = False, True
    transport.mounted, transport.is_pty = False, False
    return transport, module.TransportError, module.TransportExecError


class _Serial:
    """What mpremote needs of a pyserial port, on a Link."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._buffer = bytearray()
        self._heard_bytes = 0  # since we last said something

    def waiting(self) -> bool:
        self._buffer += self._link.read()
        return bool(self._buffer)

    def inWaiting(self) -> int:  # noqa: N802  -- mpremote calls it by pyserial's name
        self.waiting()
        return len(self._buffer)

    def read(self, size: int = 1) -> bytes:
        end_s = self._link.now_s() + READ_TIMEOUT_S * slowdown(self._link)
        while self.inWaiting() < size and self._link.now_s() < end_s:
            self._link.advance(POLL_S)
        self._heard_bytes += size
        if self._heard_bytes > ENDLESS_BYTES:  # mpremote looks at the clock only when a board pauses
            raise OSError("the board talks without end")
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def write(self, data: bytes) -> int:
        self._heard_bytes = 0
        self._link.write(bytes(data))
        return len(data)


@dataclass(frozen=True)
class _LinkTime:
    """The functions of `time` that mpremote calls, in the link's time. A sleep ends early when bytes have come.

    Behind a port a virtual board lags, so there the clock that mpremote's own patience goes by runs slower.
    """

    link: Link
    serial: _Serial

    def sleep(self, seconds: float) -> None:
        end_s = self.link.now_s() + seconds
        while not self.serial.waiting() and self.link.now_s() < end_s:
            self.link.advance(POLL_S)

    def monotonic(self) -> float:
        return self.link.now_s() / slowdown(self.link)


def _private_mpremote(clock: _LinkTime) -> ModuleType:
    """mpremote.transport_serial with this clock, and without its prints into our output."""
    found = importlib.util.find_spec("mpremote")
    spec = importlib.util.find_spec("mpremote.transport_serial") if found is not None else None
    if spec is None or spec.loader is None:
        raise TapoteError("mpremote is not installed", fix="Run `make setup`.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    replaced: Mapping[str, object] = {"time": clock, "print": lambda *_arguments: None}
    for name, value in replaced.items():
        setattr(module, name, value)
    return module
