"""Why a device that was armed does not run, and what to do about it: for everybody who waits for its button."""

from host_tools.device import Device, DeviceError
from host_tools.messages import Telemetry, fault_advice, fault_name, reason_texts
from tapote import faults, states

NOT_IDLE = 0x080  # of faults.REASONS: while armed always there, and no news
STILL = "Nothing has moved."


def not_started(device: Device, last: Telemetry | None, *, pressed: bool) -> DeviceError:
    """The error for a session that was armed and does not run. Asks the device; raises DeviceError when it is silent.

    last: the newest record. pressed: these tools pressed the button of a simulated device themselves.
    """
    if last is None:
        return DeviceError(
            "the device was armed and then sent nothing", fix=f"{STILL} Run the command again; then `tapote doctor`."
        )
    # A lost link clears itself as soon as the host is back, so the state alone does not tell of it.
    if device.stats().faults & faults.bit(faults.LINK_LOST):
        return DeviceError(
            "the device heard nothing from this computer for half a second while it waited for its button, so it is"
            " no longer armed (LINK_LOST)",
            fix=f"{STILL} See that the computer does not go to sleep and the cable sits well, then run it again.",
        )
    if last.fault:
        return DeviceError(f"the device did not start: {fault_name(last.fault)}", fix=fault_advice(last.fault))
    reasons = reason_texts(device.get("reasons") & ~NOT_IDLE) if last.state in (states.IDLE, states.ARMED) else []
    why = "".join(f"; {text}" for text in reasons)
    if pressed:
        fix = "Mend each of these and try again." if reasons else "Restart the device."
        return DeviceError(f"the button was pressed, yet the device is {last.state_name}{why}", fix=fix)
    if last.state in (states.IDLE, states.ARMED):
        nobody = "nobody pressed the device's button within a minute, so it is no longer armed"
        return DeviceError(
            f"the device was not started within a minute{why}" if why else nobody,
            fix=f"{STILL} Run the command again, then press the button on the device.",
        )
    return DeviceError(f"the session did not start: the device is {last.state_name}", fix="Run the command again.")
