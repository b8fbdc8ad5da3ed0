"""What pyserial's and the system's errors about a port mean for a person, and which way out there is."""

import errno

from host_tools.links.link import LinkError

_MISSING = {errno.ENOENT, errno.ENXIO, errno.ENODEV}
_DENIED = {errno.EACCES, errno.EPERM}
_BUSY = {errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK}


def explain(error: Exception, port: str) -> LinkError:
    """Why a port could not be opened."""
    cause = _cause(error)
    message, fix = {
        "missing": (f"there is no port {port}", "Is the board plugged in? See what is there: tapote devices"),
        "denied": (
            f"this account may not open {port}",
            "On Linux install the udev rules (tapote doctor prints the line), or join the group `dialout`"
            " and log in again.",
        ),
        "busy": (
            f"another program has {port} open",
            "Close it: Thonny, mpremote, a serial monitor or another tapote. `tapote doctor` names it.",
        ),
        "failed": (f"{port} cannot be opened: {error}", "See what is there: tapote devices"),
    }[cause]
    return LinkError(message, cause=cause, fix=fix)


def lost(port: str, error: Exception) -> LinkError:
    """A port that was open and failed."""
    import serial

    if isinstance(error, serial.SerialTimeoutException):
        return LinkError(
            f"the device on {port} takes no bytes: it hangs",
            cause="stuck",
            fix="Unplug it and plug it in again; a motor that runs is stopped by the board itself.",
        )
    return LinkError(
        f"the device on {port} has gone (cable pulled, board reset, or power lost)",
        cause="lost",
        fix="Plug it in again and repeat the command. Nothing starts by itself; a session that ran has stopped.",
    )


def _cause(error: Exception) -> str:
    number = getattr(error, "errno", None)
    text = str(error)
    if number in _MISSING or "FileNotFoundError" in text or "refused" in text:
        return "missing"
    if number in _BUSY or "exclusively lock" in text or "PermissionError(13" in text:  # Windows says 13 for "in use"
        return "busy"
    return "denied" if number in _DENIED else "failed"
