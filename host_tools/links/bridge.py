"""A simulated device offered to other programs: over TCP (mpremote) and, on POSIX, by a pty (Thonny too).

Whatever a client sends goes to the board's one USB port, whatever the board sends goes to every client, as if all held
the same cable. Time passes in `turn`, never faster than the clock on the wall; a slow emulation runs as fast as it can.
A client that does not read loses what its socket or pty cannot hold, and delays nobody.
"""

import os
import selectors
import socket
from collections.abc import Callable
from contextlib import suppress

from host_tools.emulator.pace import Pacer
from host_tools.errors import TapoteError
from host_tools.links.link import Link

HOST = (
    "127.0.0.1"  # never the network: anybody who reaches the port can run code on the board, and on what it is wired to
)
SLICE_S = 0.002  # of the board's time between two looks at the clients
CHUNK_BYTES = 4096
WAITING_MAX_BYTES = 65536  # for a client that does not read


class Bridge:
    """Construct, tell people `socket_url` and `pty_path`, then `serve`. close() ends it, not the link."""

    def __init__(self, link: Link, *, port: int = 0, pty: bool = True, pacer: Pacer | None = None) -> None:
        """port: of TCP on this computer, 0 for a free one. TapoteError when it is taken."""
        self.link = link
        self._pacer = pacer or Pacer()
        try:
            self._listener = socket.create_server((HOST, port))
        except (OSError, OverflowError) as error:
            raise TapoteError(
                f"port {port} cannot be offered: {error}", fix="Leave --port out: a free one is taken."
            ) from error
        self._selector = selectors.DefaultSelector()
        self._clients: dict[socket.socket, bytearray] = {}
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._wants_pty = pty
        self._master = self._slave = -1
        self.pty_path = ""
        self.plug()

    @property
    def socket_url(self) -> str:
        """What pyserial and mpremote open."""
        return f"socket://{HOST}:{self._listener.getsockname()[1]}"

    @property
    def clients(self) -> int:
        """How many hold a TCP connection."""
        return len(self._clients)

    def serve(self, stop: Callable[[], bool]) -> None:
        """Turn until stop() holds."""
        while not stop():
            self.turn()

    def turn(self) -> None:
        """Take what clients sent, let a slice of time pass, give them what the board said."""
        for key, _ in self._selector.select(0):
            if key.fileobj is self._listener:
                self._accept()
            elif isinstance(key.fileobj, socket.socket):
                self._take(key.fileobj)
            else:
                self._take_pty()
        self.link.advance(SLICE_S)
        self._pacer.keep_up(self.link.now_s())
        if said := self.link.read():
            self._give_pty(said)
        for client in list(self._clients):
            self._give(client, said)

    def _accept(self) -> None:
        with suppress(OSError):
            client, _ = self._listener.accept()
            client.setblocking(False)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._clients[client] = bytearray()
            self._selector.register(client, selectors.EVENT_READ)

    def _take(self, client: socket.socket) -> None:
        try:
            data = client.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self.link.write(data)
        else:
            self._drop(client)

    def _give(self, client: socket.socket, said: bytes) -> None:
        waiting = self._clients[client]
        if len(waiting) + len(said) <= WAITING_MAX_BYTES:
            waiting += said
        if not waiting:
            return
        try:
            del waiting[: client.send(waiting)]
        except BlockingIOError:
            return
        except OSError:
            self._drop(client)

    def _drop(self, client: socket.socket) -> None:
        self._selector.unregister(client)
        del self._clients[client]
        client.close()

    def _take_pty(self) -> None:
        with suppress(BlockingIOError):
            self.link.write(os.read(self._master, CHUNK_BYTES))

    def _give_pty(self, said: bytes) -> None:
        if self._master >= 0:
            with suppress(BlockingIOError):
                os.write(self._master, said)

    def plug(self) -> None:
        """Put the cable in (again): the serial port appears, under another name perhaps."""
        if self._wants_pty and self._master < 0:
            self._master, self._slave = _openpty()
        if self._master >= 0 and not self.pty_path:
            self.pty_path = os.ttyname(self._slave)
            self._selector.register(self._master, selectors.EVENT_READ)

    def unplug(self) -> None:
        """Pull the cable: every client sees its connection break. The board runs on."""
        for client in list(self._clients):
            self._drop(client)
        if self._master >= 0:
            self._selector.unregister(self._master)
            os.close(self._master)
            os.close(self._slave)
            self._master = self._slave = -1
            self.pty_path = ""

    def close(self) -> None:
        """Let go of every client and port."""
        self.unplug()
        self._selector.close()
        self._listener.close()


def _openpty() -> tuple[int, int]:
    """Both ends of a pty that passes bytes as they are; (-1, -1) where the system has none.

    The slave end stays open here, so that clients may come and go.
    """
    try:
        import pty
        import tty
    except ImportError:
        return -1, -1
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    return master, slave
