"""A UF2 file that may be put on a board: whole, for an RP2040, and MicroPython; and what it says about itself.

Pico and Pico W. This project knows one image by its SHA-256: the official MicroPython 1.27.0 for the Pico W, the very
bytes that all tests on the virtual board run. A flash without a file takes it for both boards. A plain Pico is the same
RP2040 with the same 2 MB of flash; the image wakes the radio only when a program asks for Wi-Fi, Bluetooth or the
on-board LED, which Tapote never does, and the emulator that the tests run in has no radio either. Nobody has run it on
a plain Pico for this project, though, and the hash of the official Pico image is not known here. So a person with a
plain Pico who prefers that image downloads it and names the file: structure, chip and version are checked, and the
SHA-256 is shown, but nobody here can say what it should be.
"""

import hashlib
import re
import struct
from dataclasses import dataclass
from pathlib import Path

from host_tools import files, uf2
from host_tools.errors import TapoteError

SIZE_MAX_BYTES = 64 << 20  # no UF2 file for 2 MB of flash is larger; do not read a film by mistake
TESTED = "1.27"  # MicroPython versions that this project tests with: compiled modules (.mpy) depend on them
PICO_W = "Raspberry Pi Pico W with RP2040"
DOWNLOAD = "https://micropython.org/download/"
FAMILIES = {
    0xE48BFF57: "RP2350 (Raspberry Pi Pico 2; absolute addresses)",
    0xE48BFF58: "RP2350 (Raspberry Pi Pico 2; data)",
    0xE48BFF59: "RP2350 (Raspberry Pi Pico 2; Arm, secure)",
    0xE48BFF5A: "RP2350 (Raspberry Pi Pico 2; RISC-V)",
    0xE48BFF5B: "RP2350 (Raspberry Pi Pico 2; Arm, non-secure)",
    0x68ED2B88: "SAMD21",
    0x55114460: "SAMD51",
    0xADA52840: "nRF52840",
    0xBFDD4EEE: "ESP32-S2",
    0xC47E5767: "ESP32-S3",
}
_VERSION = re.compile(rb"MicroPython v(\d+\.\d+\.\d+[-.\w]*) on ")
_MACHINE = re.compile(rb"; ([ -~]{3,60} with RP2040)")


@dataclass(frozen=True)
class Image:
    """A checked file. version: of MicroPython, "1.27.0"; machine: what `sys.implementation._machine` will say."""

    path: Path
    data: bytes
    version: str
    machine: str

    @property
    def sha256(self) -> str:
        """Of the whole file."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def official(self) -> bool:
        """True for the one image that this project knows byte for byte."""
        return self.sha256 == uf2.IMAGE_SHA256

    def notes(self) -> list[str]:
        """What a person should know before this goes on a board."""
        if self.official:
            return [
                "Official image, SHA-256 checked. Made for the Pico W; meant to run on a plain Pico as well (not tried"
                f" there by this project). The image for the plain Pico: {DOWNLOAD}RPI_PICO/, then tapote flash FILE."
            ]
        found = [f"Structure and chip checked. Tapote does not know this file; compare its SHA-256: {self.sha256}"]
        if not self.version.startswith(TESTED + "."):
            found.append(f"MicroPython {self.version}: Tapote is tested with {TESTED}.x only, and may not start.")
        elif self.machine == PICO_W and self.version == "1.27.0":
            found.append("It calls itself the official 1.27.0 for the Pico W, but its bytes are others.")
        return found


def load(file: Path | None) -> Image:
    """The image in `file`, or the official one (cached or downloaded) for None.

    Raises TapoteError for what must not be written, of exit code 2 where the file was named: not UF2, another chip,
    truncated, blocks missing, no MicroPython.
    """
    path = file if file is not None else uf2.fetch()
    data = files.read(path, SIZE_MAX_BYTES, f"Name a .uf2 file, or none for the official image. Others: {DOWNLOAD}")
    try:
        _refuse_other_chips(data)
        flash = uf2.flash_image(data)
        version, machine = _VERSION.search(flash), _MACHINE.search(flash)
        if version is None or machine is None:
            raise TapoteError(
                "a UF2 file for the RP2040, but no MicroPython in it; Tapote runs on MicroPython",
                fix=f"Without a file, `tapote flash` takes the right one. Others: {DOWNLOAD}",
            )
    except TapoteError as error:
        raise TapoteError(f"{path}: {error.message}", fix=error.fix, exit_code=2 if file is not None else 1) from error
    return Image(path, data, version[1].decode(), machine[1].decode())


def _refuse_other_chips(data: bytes) -> None:
    """Name the chip that the first block is for, when it is a well-known other one."""
    if len(data) < uf2.BLOCK_BYTES or data[:4] != b"UF2\n":
        return
    flags, family = struct.unpack_from("<I", data, 8)[0], struct.unpack_from("<I", data, 28)[0]
    if flags & 0x2000 and family in FAMILIES:
        raise TapoteError(
            f"this UF2 file is for another chip: {FAMILIES[family]}, family 0x{family:08x};"
            f" expected RP2040 (0x{uf2.FAMILY_RP2040:08x})",
            fix="Choose the file for Raspberry Pi Pico or Pico W (not Pico 2).",
        )
