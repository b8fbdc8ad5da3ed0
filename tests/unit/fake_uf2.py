"""UF2 files for tests: small, well-formed, and with the words that a MicroPython build carries."""

import struct

from host_tools import uf2

MACHINE_PICO = "Raspberry Pi Pico with RP2040"
MACHINE_PICO_W = "Raspberry Pi Pico W with RP2040"


def block(
    number: int, total: int, payload: bytes, *, address: int | None = None, family: int = uf2.FAMILY_RP2040
) -> bytes:
    """One UF2 block of 512 bytes."""
    at = uf2.FLASH_BASE + 256 * number if address is None else address
    head = struct.pack("<8I", 0x0A324655, 0x9E5D5157, 0x2000, at, len(payload), number, total, family)
    return (head + payload).ljust(508, b"\0") + struct.pack("<I", 0x0AB16F30)


def micropython(version: str = "1.27.0", machine: str = MACHINE_PICO_W, size_bytes: int = 2048) -> bytes:
    """Flash contents that call themselves MicroPython."""
    return f"3.4.0; MicroPython v{version} on 2025-12-09\0; {machine}\0".encode().ljust(size_bytes, b"\x5a")


def uf2_file(flash: bytes) -> bytes:
    """Flash contents as a UF2 file."""
    parts = [flash[at : at + 256] for at in range(0, len(flash), 256)]
    return b"".join(block(number, len(parts), part) for number, part in enumerate(parts))
