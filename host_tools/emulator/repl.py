"""Running a piece of code on a virtual board through MicroPython's raw REPL, as mpremote does."""

from host_tools.errors import TapoteError
from host_tools.virtual_board import VirtualBoard


def run_code(board: VirtualBoard, code: str, *, timeout_s: float = 10.0) -> str:
    """Interrupt what runs, run `code`, return what it printed. Raises TapoteError with the traceback of the code."""
    board.write(b"\r\x03\x03\x01")
    board.expect(b"raw REPL; CTRL-B to exit\r\n>")
    board.write(code.encode() + b"\x04")
    board.expect(b"OK")
    printed = board.expect(b"\x04", timeout_s)[:-1]
    trouble = board.expect(b"\x04")[:-1]
    board.write(b"\x02")
    board.expect(b">>> ")
    if trouble:
        raise TapoteError(f"the code failed on the board:\n{trouble.decode()}")
    return printed.decode()
