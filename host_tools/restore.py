"""Settings from a backup onto a device, over the wire: the firmware itself checks and stores them."""

from collections.abc import Sequence
from contextlib import suppress

from host_tools.backup import Change
from host_tools.device import Device, DeviceError
from host_tools.errors import TapoteError
from host_tools.messages import Hello, fault_advice, fault_name
from tapote import faults, params


def current_settings(device: Device) -> dict[str, int]:
    """Raw values of all settings that the device has."""
    return {params.SLOTS[slot]: device.get(params.SLOTS[slot]) for slot in params.settings()}


def must_be_idle(hello: Hello) -> None:
    """TapoteError, with what to do, when the device would not store settings now."""
    if hello.fault and hello.fault not in (faults.SETTINGS_CRC, faults.SETTINGS_RANGE):  # these a restore mends
        fix = fault_advice(hello.fault)
        raise TapoteError(f"the device is in FAULT ({fault_name(hello.fault)}) and stores no settings", fix=fix)
    if not hello.fault and hello.state != "IDLE":
        raise TapoteError(f"the device is {hello.state} and stores no settings", fix="Stop the session first.")


def apply(device: Device, changes: Sequence[Change]) -> None:
    """Set and store. DeviceError when the device changes a value or does not store; then all is as it was before."""
    done: list[Change] = []
    try:
        for change in changes:
            done.append(change)
            applied = device.set(change.name, change.new)
            if applied != change.new:
                raise DeviceError(
                    f"the device made {applied} of {change.name} = {change.new}",
                    fix="Nothing was restored. Correct the value in the file.",
                )
        device.save()
    except TapoteError:
        with suppress(TapoteError):
            for change in reversed(done):
                device.set(change.name, change.old)
        raise
