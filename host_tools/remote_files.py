"""Files on a MicroPython board, through its raw prompt, which mpremote speaks (`mpremote_link.py`).

Hashes are worked out on the board. Pieces of files travel in base64: less than half of the text that mpremote's own
copy sends for compiled modules.
"""

import binascii
import json
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from host_tools.errors import TapoteError
from host_tools.links.link import Link
from host_tools.manifest import Fingerprint
from host_tools.mpremote_link import transport_on

CHUNK_BYTES = 1536  # of a file in one command: 2 KB of text in base64, for a heap that may be in pieces
ENTER_TIMEOUT_S = 2.5
ENTER_TRIES = 3
AGAIN = "Plug the board in again and run the same command once more; what was begun is repaired."


class RemoteError(TapoteError):
    """The board's prompt does not answer, or answers something else."""


class BoardFullError(TapoteError):
    """The board's filesystem has no room left."""


@dataclass(frozen=True)
class Machine:
    """What a board says of itself. mpy: version of compiled modules that it loads, with the processor's bits."""

    machine: str
    version: tuple[int, ...]
    mpy: int
    free_bytes: int
    block_bytes: int


_SETUP = """
import os,json,hashlib,machine
from binascii import hexlify as _x,a2b_base64 as _a
machine.mem32[0x4005b000]=1<<30
def _h(p):
 try:
  if os.stat(p)[0]&0x4000:return 0
  h=hashlib.sha256();n=0;b=bytearray(1024);v=memoryview(b)
  with open(p,'rb') as f:
   while 1:
    k=f.readinto(b)
    if not k:return n,_x(h.digest()).decode()
    h.update(v[:k]);n+=k
 except OSError:pass
def _ls(p):
 try:return [e[0] for e in os.ilistdir(p) if e[1]!=0x4000]
 except OSError:return []
"""  # the register write stops a watchdog that the firmware may have started: nobody feeds it at the prompt
_ABOUT = """
import sys,gc
gc.collect()
_i=sys.implementation;_s=os.statvfs('/')
print(json.dumps([_i._machine,list(_i.version[:3]),getattr(_i,'_mpy',0),_s[0]*_s[3],_s[0]]))
"""


class RemoteFiles:
    """A board at its raw prompt. Every method raises RemoteError when the board falls silent or talks nonsense."""

    def __init__(self, link: Link) -> None:
        """Interrupts whatever runs on the board: a running firmware switches its motor off as it ends.

        Then resets MicroPython without main.py: a file left open by a deploy that was cut short would otherwise be
        closed some time later, by the garbage collector, over what this one has written.
        """
        self._transport, self._error, self._exec_error = transport_on(link)
        self._name = link.name
        self._link = link
        for attempt in range(ENTER_TRIES):
            try:
                self._transport.enter_raw_repl(soft_reset=True, timeout_overall=ENTER_TIMEOUT_S)
                break
            except (self._error, OSError) as error:
                if attempt == ENTER_TRIES - 1:
                    raise RemoteError(
                        f"{link.name} does not answer with MicroPython's prompt",
                        fix="Is MicroPython on it? `tapote doctor` says what answers, `tapote flash` installs it.",
                    ) from error
        self.run(_SETUP)

    # -- asking ------------------------------------------------------------------------------------------------------

    def run(self, code: str) -> str:
        """Run code on the board; what it printed."""
        return self._call(self._transport.exec, code).decode("utf-8", "replace")

    def ask(self, code: str) -> Any:
        """Run code that prints one JSON value; the value."""
        text = self.run(code).strip()
        try:
            return json.loads(text)
        except ValueError as error:
            raise RemoteError(f"{self._name} answered something unexpected: {text[:60]!r}", fix=AGAIN) from error

    def about(self) -> Machine:
        """Which MicroPython this is and how much room it has."""
        match self.ask(_ABOUT):
            case [str(machine), [*version], int(mpy), int(free_bytes), int(block_bytes)]:
                return Machine(machine, tuple(int(part) for part in version), mpy, max(free_bytes, 0), block_bytes)
            case other:
                raise RemoteError(f"{self._name} answered something unexpected: {other!r}", fix=AGAIN)

    def fingerprints(self, paths: Iterable[str]) -> dict[str, Fingerprint]:
        """Size and SHA-256, worked out on the board, of those of the paths that are files there."""
        found: dict[str, Fingerprint] = {}
        wanted = sorted(paths)
        for at in range(0, len(wanted), 32):
            part = wanted[at : at + 32]
            answer = self.ask(f"print(json.dumps([_h(p) for p in {part!r}]))")
            if not isinstance(answer, list) or len(answer) != len(part):
                raise RemoteError(f"{self._name} answered something unexpected: {str(answer)[:60]}", fix=AGAIN)
            for path, value in zip(part, answer, strict=True):
                match value:
                    case [int(size), str(digest)]:
                        found[path] = Fingerprint(size, digest)
        return found

    def listing(self, folder: str) -> list[str]:
        """Names of the files in a folder of the board; [] when there is none."""
        names = self.ask(f"print(json.dumps(_ls({folder!r})))")
        if not isinstance(names, list):
            raise RemoteError(f"{self._name} answered something unexpected: {str(names)[:60]}", fix=AGAIN)
        return [str(name) for name in names]

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None when it is not there."""
        if not self.fingerprints([path]):
            return None
        return self._call(self._transport.fs_readfile, path, 512)

    # -- changing ----------------------------------------------------------------------------------------------------

    def write(self, path: str, data: bytes, progress: Callable[[int], None] = lambda count: None) -> None:
        """Write a file, its folder included. progress: called with the bytes of each piece. BoardFullError: no room."""
        folder = path.rpartition("/")[0]
        if folder:
            self.run(f"try:os.mkdir({folder!r})\nexcept OSError as e:\n if e.errno!=17:raise")
        self.run(f"_f=open({path!r},'wb')")
        try:
            for at in range(0, len(data), CHUNK_BYTES):
                part = data[at : at + CHUNK_BYTES]
                self.run(f"_f.write(_a({binascii.b2a_base64(part, newline=False)!r}))")
                progress(len(part))
            self.run("_f.close()")
        except BoardFullError:
            self.run("try:_f.close()\nexcept OSError:pass")
            raise

    def remove(self, path: str) -> None:
        """Remove a file; that there is none is fine."""
        self.run(f"try:os.remove({path!r})\nexcept OSError as e:\n if e.errno!=2:raise")

    def remove_folder(self, path: str) -> None:
        """Remove an empty folder; one that is not empty, or none, stays as it is."""
        self.run(f"try:os.rmdir({path!r})\nexcept OSError:pass")

    def rename(self, old: str, new: str) -> None:
        """Rename a file, over whatever has the new name: littlefs does so in one step, power cut or not."""
        self.run(f"os.rename({old!r},{new!r})")

    def restart(self) -> None:
        """Leave the prompt by a soft reset: boot.py and main.py run as after power-on, and the USB port stays."""
        self._transport.exit_raw_repl()
        self._link.advance(0.01)
        self._link.write(b"\r\x04")

    def _call(self, function: Callable[..., bytes], *arguments: object) -> bytes:
        """Call mpremote, with its errors as ours."""
        try:
            return bytes(function(*arguments))
        except self._exec_error as error:
            text = str(getattr(error, "error_output", error)).strip()
            last = text.splitlines()[-1] if text else "no reason given"
            if "ENOSPC" in last or last == "OSError: 28":
                raise BoardFullError(
                    "the board's filesystem is full",
                    fix="Remove files of your own from the board (mpremote or Thonny), then run the command again."
                    " Until then the motor stays off.",
                ) from error
            raise RemoteError(f"{self._name}: the board refused: {last}", fix=AGAIN) from error
        except (self._error, OSError, ValueError, SyntaxError, struct.error) as error:
            raise RemoteError(f"{self._name} stopped answering at MicroPython's prompt", fix=AGAIN) from error
