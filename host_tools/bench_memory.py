"""Boot, size and heap of the firmware on the virtual board."""

import json
import struct

from host_tools import messages
from host_tools.bench_ticks import Figures
from host_tools.bench_world import STREAM_MS, TapoteWorld, config, plant, source, tapote_files
from host_tools.emulator.rig import VirtualRig
from host_tools.errors import TapoteError
from tapote import wire

ASK_EVERY_MS = 500
ASK_AGAIN_MS = 5  # once it has answered
BOOT_LIMIT_S = 5.0
SESSION_S = 2.0  # everything that a session allocates has been allocated


def boot() -> Figures:
    """boot_s: from power-on to the first HELLO whose answer says IDLE. deployed_bytes: all files on the board."""
    files = tapote_files()
    rig = VirtualRig(config(), plant(), files=files)
    board = rig.board
    decoder = wire.Decoder()
    layout = wire.MESSAGES[wire.HELLO]
    hello = wire.encode(wire.HELLO, 1, struct.pack(layout, *wire.PROTOCOL))
    spoke_s = 0.0
    for now_ms in range(int(BOOT_LIMIT_S * 1000)):
        board.step(1000.0)
        # Before it listens, questions only pile up, and answering them would delay what is measured.
        if board.connected and now_ms % (ASK_AGAIN_MS if spoke_s else ASK_EVERY_MS) == 0:
            board.write(hello)
        for kind, _, payload in decoder.feed(board.read()):
            if kind != wire.HELLO_REPLY:
                continue
            spoke_s = spoke_s or board.now_s
            if messages.hello(payload).state == "IDLE":
                figures = {"boot_s": board.now_s, "boot_speaks_s": spoke_s}
                figures["deployed_bytes"] = sum(len(data) for data in files.values())
                board.power_cut()
                return figures
    raise TapoteError(f"the firmware was not IDLE within {BOOT_LIMIT_S} s", fix="Run `make test`.")


def heap() -> Figures:
    """Bytes that the tick allocates: called from the main program and by its interrupt, both with the heap locked."""
    files = dict(tapote_files()) | {"main.py": source("tapote/heap.py")}
    rig = VirtualRig(config(), plant(), files=files)
    board = rig.board
    try:
        said = board.expect(b"}", BOOT_LIMIT_S).decode(errors="replace")
    except TimeoutError as error:
        raise TapoteError(f"the heap test did not finish: {error}", fix="See benchmarks/tapote/heap.py.") from error
    board.power_cut()
    try:
        result = json.loads(said[said.index("{") :])
    except ValueError as error:
        raise TapoteError(f"the heap test said: {said[-300:]}", fix="See benchmarks/tapote/heap.py.") from error
    return {
        "heap_lock_works": float(result["lock_works"]),
        "alloc_call_bytes": result["called"],
        "alloc_calls": result["calls"],
        "alloc_irq_bytes": result["interrupt"],
        "alloc_irq_ticks": result["ticks"],
    }


def session() -> Figures:
    """heap_free: bytes that a collection leaves free while the firmware as deployed runs a session with telemetry."""
    with TapoteWorld() as world:
        world.upload()
        world.go()
        world.device.stream(STREAM_MS)
        world.advance(SESSION_S)
        stats, state = world.device.stats(), world.device.hello().state
    if state not in ("RUNNING", "BACKOFF"):
        raise TapoteError(f"the session whose memory is measured is {state}", fix="Run `make test`.")
    return {"heap_free": stats.heap_free}
