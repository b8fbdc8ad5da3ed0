"""Who answers on a link: Tapote of this version or another, MicroPython at its prompt, something else, nobody.

Nothing is interrupted to find out: first the HELLO frame that only Tapote understands, then Return and Ctrl-B, on which
MicroPython at a prompt (raw or friendly) prints its banner. A program that runs there sees some bytes on its input.
"""

import re
import struct
from binascii import crc32
from dataclasses import dataclass
from enum import StrEnum

from host_tools import messages
from host_tools.links.link import Link
from host_tools.messages import Hello
from tapote import params, wire

HELLO_S = 0.4  # Tapote answers within 20 ms; a virtual board may be ten times slower than that
TIMEOUT_S = 1.2
ENOUGH_BYTES = 4096  # of garbage
_STEP_S = 0.01
_LOOK_S = 0.1  # after the first sign of a prompt: the banner may still be on its way
_WAKE = b"\r\x02"
_BANNER = re.compile(rb"(MicroPython|CircuitPython) (\S+)[^;\r\n]*; ([^\r\n]+)\r?\n")
_STATE_AT = 35  # in the payload of HELLO_REPLY: behind version, board, table hash and tick rate
_SEQ = 0xA5  # not 1: what is left from another program's questions does not answer ours


class Kind(StrEnum):
    """What answers on a port."""

    TAPOTE = "tapote"
    OTHER_TAPOTE = "other-tapote"
    MICROPYTHON = "micropython"
    OTHER = "other"
    GARBAGE = "garbage"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Answer:
    """hello: of a Tapote that these tools can talk to. version, board: as far as told, of the firmware that answers."""

    kind: Kind
    hello: Hello | None = None
    version: str = ""
    board: str = ""
    protocol: tuple[int, int] = (0, 0)
    state: str = ""  # of any Tapote, as SAFETY names it


def probe(link: Link, timeout_s: float = TIMEOUT_S) -> Answer:
    """Ask, and wait at most `timeout_s` of the link's time. LinkError when the link breaks meanwhile."""
    start_s = link.now_s()
    heard = bytearray()
    woken = False
    link.read()
    link.write(wire.encode(wire.HELLO, _SEQ, struct.pack("<BB", *wire.PROTOCOL)))
    end_s = start_s + timeout_s
    while link.now_s() < end_s and len(heard) < ENOUGH_BYTES:
        link.advance(_STEP_S)
        heard += link.read()
        if (answer := _tapote(bytes(heard))) is not None:
            return answer
        if not woken and link.now_s() - start_s >= min(HELLO_S, timeout_s / 2):
            woken = True
            link.write(_WAKE)
        if _BANNER.search(heard):
            break
        if woken and heard.rstrip().endswith(b">>>"):
            end_s = min(end_s, link.now_s() + _LOOK_S)
    return _python(bytes(heard))


def _tapote(heard: bytes) -> Answer | None:
    """The answer to HELLO in what was heard. Read by hand: a later version's may be longer, its first fields are not
    allowed to change."""
    for part in heard.split(bytes((wire.FLAG,))):
        body = _unstuffed(part)
        if len(body) < 6 or body[0] != wire.HELLO_REPLY or body[1] != _SEQ:
            continue
        if struct.unpack("<I", body[-4:])[0] != crc32(body[:-4]):
            continue
        payload = body[2:-4]
        if len(payload) < 29:
            return Answer(Kind.OTHER_TAPOTE)
        major, minor, *firmware = payload[:5]
        version = ".".join(map(str, firmware))
        board = payload[5:29].split(b"\0")[0].decode("utf-8", "replace")
        state = messages.state_name(payload[_STATE_AT]) if len(payload) > _STATE_AT else ""
        if major == wire.PROTOCOL[0] and len(payload) == wire.payload_size(wire.HELLO_REPLY):
            hello = messages.hello(payload)
            if hello.table_hash == params.table_hash():
                return Answer(Kind.TAPOTE, hello, version, board, (major, minor), state)
        return Answer(Kind.OTHER_TAPOTE, None, version, board, (major, minor), state)
    return None


def _unstuffed(part: bytes) -> bytes:
    body = bytearray()
    escaped = False
    for byte in part:
        if byte == wire.ESC and not escaped:
            escaped = True
        else:
            body.append(byte ^ 0x20 if escaped else byte)
            escaped = False
    return bytes(body)


def _python(heard: bytes) -> Answer:
    """What was heard, when it was no Tapote."""
    banner = _BANNER.search(heard)
    if banner is not None:
        name, version, board = (group.decode("utf-8", "replace") for group in banner.groups())
        kind = Kind.MICROPYTHON if name == "MicroPython" else Kind.OTHER
        return Answer(kind, None, version if kind is Kind.MICROPYTHON else f"{name} {version}", board)
    if heard.rstrip().endswith(b">>>"):
        return Answer(Kind.MICROPYTHON)
    return Answer(Kind.GARBAGE if heard.strip() else Kind.SILENT)
