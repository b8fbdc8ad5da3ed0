"""Before and after the files are touched: who is there, may it be interrupted, and does it come back?"""

from host_tools.errors import TapoteError
from host_tools.links.link import Link, slowdown
from host_tools.links.passing import PassingLink
from host_tools.links.probe import Answer, Kind, probe
from host_tools.messages import Hello, fault_advice
from tapote import faults

TAPOTES = (Kind.TAPOTE, Kind.OTHER_TAPOTE)
LIVE = ("ARMED", "RUNNING", "BACKOFF", "STOPPING")
BOOT_TIMEOUT_S = 12.0  # sources are compiled at every start
HEARD_BYTES = 4000  # a traceback stands at the beginning; what follows is the prompt, which does not understand us
SELFTEST_S = 1.0


class Overhear(PassingLink):
    """A Link that remembers what the board said since the restart, for an error that would otherwise have no reason."""

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self.heard = b""

    def read(self) -> bytes:
        data = self._link.read()
        self.heard = (self.heard + data)[:HEARD_BYTES]
        return data

    def last_words(self) -> str:
        """The first message, or last line of a traceback, in what was heard; "" when there is none."""
        lines = [line.strip() for line in self.heard.decode("utf-8", "replace").splitlines()]
        told = [line for line in lines if "Error" in line or line.startswith("Tapote is not whole")]
        return told[0][:200] if told else ""


def greet(link: Link) -> Answer:
    """What answers. TapoteError while a session is live there: nothing may interrupt a person's session.

    Whatever does not answer is no Tapote that could be running: every start of it answers within the probe's time.
    """
    answer = probe(link)
    if answer.state in LIVE:
        raise TapoteError(
            f"{link.name} is in a session ({answer.state}): its firmware is not touched now",
            fix="Stop the session first: hold the device's button, or end the command that runs it.",
        )
    return answer


def in_words(answer: Answer) -> str:
    """Who it was, for the account of what was done."""
    if answer.kind in TAPOTES:
        return f"Tapote {answer.version} for {answer.board}"
    if answer.kind is Kind.MICROPYTHON:
        return "MicroPython without Tapote"
    return "nothing that answers"


def wait_for_hello(link: Overhear) -> Hello:
    """Until the restarted board has answered and tested itself. TapoteError when it does not, with its last words."""
    link.heard = b""
    answer = wait_until_up(link)
    if answer is not None and answer.kind is Kind.OTHER_TAPOTE:
        raise TapoteError(
            f"{link.name} now runs a Tapote that these tools do not talk to ({answer.version})",
            fix="The firmware's source and the host tools are of two versions: update the checkout, deploy again.",
        )
    if answer is None or answer.hello is None:
        words = link.last_words()
        raise TapoteError(
            f"{link.name} has the new firmware but does not answer" + (f": {words}" if words else ""),
            fix="Unplug it and plug it in again, then `tapote devices`; if it stays silent, deploy again.",
        )
    hello = answer.hello
    if hello.fault == faults.FIRMWARE_HASH:
        raise TapoteError(f"{link.name}: {fault_advice(hello.fault)}", fix="Deploy again.")
    return hello


def wait_until_up(link: Link) -> Answer | None:
    """Until the restarted firmware, of whatever version, answers and has tested itself; None when none answers.

    Whoever sends a command right after a restart would otherwise be refused, or not heard at all.
    """
    slower = slowdown(link)
    end_s = link.now_s() + BOOT_TIMEOUT_S * slower
    answer = probe(link)
    while answer.kind not in TAPOTES and link.now_s() < end_s:
        answer = probe(link)
    if answer.kind not in TAPOTES:
        return None
    end_s = link.now_s() + SELFTEST_S * slower
    while answer.state in ("BOOT", "SELFTEST") and link.now_s() < end_s:
        link.advance(0.02)
        later = probe(link)
        answer = later if later.kind in TAPOTES else answer
    return answer
