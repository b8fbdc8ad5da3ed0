"""What can go wrong between the host and a device that it talks to, and what an answer must be."""

import struct

from host_tools.errors import TapoteError
from tapote import wire

UPDATE_FIX = "Deploy the firmware of this version of the host tools, or install the host tools of that firmware."


class DeviceError(TapoteError):
    """The device did not answer, refused, or speaks another language."""


class RefusedError(DeviceError):
    """The device understood, and does not do that in the state that it is in."""


def must_answer(name: str, asked: int, answered: int, wanted: int, payload: bytes) -> None:
    """DeviceError when what came from the device called `name` is not the kind of answer that was wanted."""
    if answered == asked:
        raise DeviceError(
            f"{name} only echoes what it is told: no Tapote runs there, but a prompt perhaps",
            fix="`tapote devices` shows what each port says; `tapote deploy` puts the firmware on MicroPython.",
        )
    if answered == wire.ACK != wanted and struct.unpack(wire.MESSAGES[wire.ACK], payload)[1] == wire.REFUSED:
        raise RefusedError(f"{name} refuses that now", fix="Stop the session, then try again.")
    if answered != wanted:
        raise DeviceError(f"{name} gave an answer of an unexpected kind, {answered:#x} to {asked:#x}", fix=UPDATE_FIX)
