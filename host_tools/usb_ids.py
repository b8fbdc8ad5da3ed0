"""What a USB vendor and product id stand for, as far as it matters here.

Raspberry Pi's own list is github.com/raspberrypi/usb-pid. Only MICROPYTHON ports are ever spoken to unasked: a byte
sent to an unknown port may move a 3D printer, and opening an Arduino's resets it.
"""

MICROPYTHON = (0x2E8A, 0x0005)
BOOTSEL = (0x2E8A, 0x0003)

KNOWN = {
    BOOTSEL: "RP2040 in BOOTSEL mode: ready to be flashed with a UF2 file, runs nothing",
    (0x2E8A, 0x0004): "Raspberry Pi Picoprobe (debugger)",
    MICROPYTHON: "MicroPython on an RP2040 (Pico or Pico W): may carry Tapote",
    (0x2E8A, 0x000A): "RP2040 with a program made with the Pico SDK, not MicroPython",
    (0x2E8A, 0x000C): "Raspberry Pi Debug Probe",
    (0x2E8A, 0x000F): "RP2350 (Pico 2) in BOOTSEL mode: not a board for Tapote",
}
VENDORS = {
    0x0403: "FTDI USB-serial adapter, no RP2040",
    0x10C4: "Silicon Labs USB-serial adapter, no RP2040",
    0x1A86: "WCH USB-serial adapter, no RP2040",
    0x2341: "Arduino",
    0x239A: "Adafruit board (CircuitPython?)",
    0x2E8A: "Raspberry Pi device",
    0x303A: "Espressif (ESP32) board",
}


def meaning(vid: int, pid: int) -> str:
    """A vendor and product id in words."""
    return KNOWN.get((vid, pid)) or VENDORS.get(vid, "a USB device that Tapote does not know")
