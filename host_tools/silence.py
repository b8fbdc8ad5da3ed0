"""A device that streams records and stops doing so: whoever watches it must not wait for ever."""

from host_tools.device import DeviceError
from host_tools.links.link import Link, slowdown

SILENT_S = 2.0


def check(link: Link, heard_s: float, period_ms: int) -> None:
    """DeviceError when the device has sent nothing since `heard_s` (s of the link), longer than any pause of a stream
    with a record each `period_ms`."""
    silent_s = link.now_s() - heard_s
    if silent_s > (SILENT_S + period_ms / 100) * slowdown(link):
        raise DeviceError(
            f"{link.name} has sent nothing for {silent_s:.0f} s: its firmware hangs, or somebody stopped it",
            fix="The board has switched its motor off by itself. Unplug it, plug it in again, then: tapote doctor",
        )
