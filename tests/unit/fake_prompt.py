"""A board's filesystem in a dictionary, behind RemoteFiles' methods; it can die at any operation."""

from collections.abc import Callable, Iterable

from host_tools.manifest import Fingerprint
from host_tools.remote_files import BoardFullError, Machine, RemoteError

PICO = Machine("Raspberry Pi Pico with RP2040", (1, 27, 0), 4870, 800_000, 4096)


class FakeRemote:
    """dies_after: operations that change something, until the cable is pulled (the last one half done)."""

    def __init__(
        self, files: dict[str, bytes], *, dies_after: int = 1 << 30, machine: Machine = PICO, room: int = 1 << 30
    ) -> None:
        self.files = files
        self.machine = machine
        self.changes = 0
        self.restarts = 0
        self.rot: Callable[[str, bytes], bytes] = lambda path, data: data
        self._dies_after = dies_after
        self._room = room

    def _change(self) -> None:
        self._alive()
        self.changes += 1

    def _alive(self) -> None:
        if self.changes >= self._dies_after:
            raise RemoteError("the cable is out")

    def about(self) -> Machine:
        self._alive()
        return self.machine

    def ask(self, code: str) -> object:
        raise RemoteError("no firmware to ask")

    def run(self, code: str) -> str:
        self._alive()
        return ""

    def fingerprints(self, paths: Iterable[str]) -> dict[str, Fingerprint]:
        self._alive()
        return {path: Fingerprint.of(self.files[path]) for path in paths if path in self.files}

    def listing(self, folder: str) -> list[str]:
        self._alive()
        prefix = folder.strip("/") + "/" if folder.strip("/") else ""
        names = (path.removeprefix(prefix) for path in self.files if path.startswith(prefix))
        return [name for name in names if "/" not in name]

    def read(self, path: str) -> bytes | None:
        self._alive()
        return self.files.get(path)

    def write(self, path: str, data: bytes, progress: Callable[[int], None] = lambda count: None) -> None:
        self._change()  # made, empty
        self.files[path] = b""
        self._change()  # half of it
        self.files[path] = data[: len(data) // 2]
        self._change()
        if sum(map(len, self.files.values())) + len(data) > self._room:
            raise BoardFullError("the board's filesystem is full", fix="Remove files.")
        self.files[path] = self.rot(path, data)
        progress(len(data))

    def remove(self, path: str) -> None:
        self._change()
        self.files.pop(path, None)

    def remove_folder(self, path: str) -> None:
        self._change()

    def rename(self, old: str, new: str) -> None:
        self._change()
        self.files[new] = self.files.pop(old)

    def restart(self) -> None:
        self._alive()
        self.restarts += 1
