"""The USB host side: a serial port whose host may have nothing to say, or may not listen.

Stock rp2040py answers every OUT token with an empty packet each 10 us, an interrupt storm that eats over 90 % of the
emulated CPU and falsifies every timing. Here the OUT endpoint NAKs until the host has bytes, as a real host controller
and device would. The other direction can be stalled to show what firmware does when nobody reads the port.
"""

from rp2040py.peripherals.usb import RPUSBController
from rp2040py.usb.cdc import USBCDC

PACKET_BYTES = 64
_EP0_IN_BUFFER_CONTROL = 0x80
_AVAILABLE = 1 << 10


class HostPort(USBCDC):
    """A CDC host port with an unbounded queue towards the device (stock drops what exceeds 512 bytes)."""

    def __init__(self, usb: RPUSBController) -> None:
        super().__init__(usb)
        self.queue = bytearray()
        self._armed_bytes = 0
        self._held: list[tuple[int, int]] = []
        self._reading = True
        self._serve_other = usb.on_endpoint_read
        self._start_transfer = usb.dpram_updated
        usb.on_endpoint_read = self._on_out_ready
        usb.__dict__["dpram_updated"] = self._on_buffer_control

    def send(self, data: bytes) -> None:
        """Queue `data` for the device; it is taken in packets of up to 64 bytes as the device makes room."""
        self.queue += data
        self._transfer()

    def send_serial_byte(self, data: int) -> None:
        self.send(bytes((data,)))

    @property
    def reading(self) -> bool:
        """Whether the host reads what the device sends. When False, IN transfers stay pending as with a stuck host."""
        return self._reading

    @reading.setter
    def reading(self, on: bool) -> None:
        self._reading = on
        if on:
            held, self._held = self._held, []
            for offset, value in held:
                self._start_transfer(offset, value)

    def _on_out_ready(self, endpoint: int, size: int) -> None:
        if endpoint and endpoint == self._out_endpoint:
            self._armed_bytes = size
            self._transfer()
        elif self._serve_other is not None:
            self._serve_other(endpoint, size)

    def _transfer(self) -> None:
        if self._armed_bytes and self.queue:
            count = min(self._armed_bytes, len(self.queue), PACKET_BYTES)
            packet = bytes(self.queue[:count])
            del self.queue[:count]
            self._armed_bytes = 0
            self.usb.endpoint_read_done(self._out_endpoint, packet)

    def _on_buffer_control(self, offset: int, value: int) -> None:
        data_in = self._in_endpoint > 0 and offset == _EP0_IN_BUFFER_CONTROL + 8 * self._in_endpoint
        if data_in and value & _AVAILABLE and not self._reading:
            self._held.append((offset, value))
        else:
            self._start_transfer(offset, value)

    def _on_controller_reset(self) -> None:
        self._armed_bytes = 0
        self.queue.clear()
        self._held.clear()
        super()._on_controller_reset()
