"""What a deploy has to do, from what shall stand on the board and what stands there. Pure: no board is touched here.

Tapote's own are the files that its manifests list: the one of the last whole deploy and the one of a deploy that was
cut short. Only these are ever removed. Other people's files stay, unless they have a name that the firmware needs (a
main.py of the maker's); their contents are then kept on the computer first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from host_tools.errors import TapoteError
from host_tools.manifest import Fingerprint, Manifest

FOLDER = "tapote/"
FIRST = ("boot.py", "board.json")  # they force the motor pin to its safe level, whatever else stands there
LAST = ("main.py",)
SPARE_BLOCKS = 4  # littlefs needs some for its folders and for the manifest
ARCH_ARMV6M = 4  # sys.implementation._mpy, from bit 10 on
MPY_VERSION = 0x306  # and bits 0 to 9: version 6, with native code (viper) of sub-version 3


@dataclass(frozen=True)
class BoardState:
    """What stands on a board. manifest: of the last whole deploy; pending: of one under way; None where there is none.

    files: fingerprints of those of the files of interest that exist. folder: names in tapote/.
    """

    manifest: Manifest | None
    pending: Manifest | None
    files: Mapping[str, Fingerprint]
    folder: Sequence[str] = ()

    @property
    def own(self) -> frozenset[str]:
        """Paths that are Tapote's. What a whole deploy took away is gone: who has that name now is somebody else."""
        whole = frozenset(self.manifest.files) if self.manifest is not None else frozenset()
        return whole | (self.pending.paths if self.pending is not None else frozenset())


@dataclass(frozen=True)
class Plan:
    """write: in this order. remove: own files that are wanted no more. keep: already as they shall be.

    foreign: files to be overwritten that are not as Tapote left them. unfinished: an earlier deploy was cut short.
    """

    write: tuple[str, ...]
    remove: tuple[str, ...]
    keep: tuple[str, ...]
    foreign: tuple[str, ...]
    unfinished: bool
    stale: frozenset[str]

    @property
    def nothing_to_do(self) -> bool:
        """The board already has all of it, and its manifest."""
        return not self.write and not self.remove and not self.unfinished


def make_plan(wanted: Mapping[str, bytes], state: BoardState) -> Plan:
    """The plan that turns `state` into `wanted`. TapoteError for other people's files in the firmware's own folder."""
    target = Manifest.of(wanted)
    strays = sorted(FOLDER + name for name in state.folder if FOLDER + name not in state.own | target.paths)
    if strays:
        raise TapoteError(
            f"files in the board's {FOLDER} folder are not Tapote's: {', '.join(strays)}",
            fix="MicroPython might import them instead of the firmware. Save them elsewhere, then: mpremote rm "
            + " ".join(f":{path}" for path in strays),
        )
    write = sorted((path for path in wanted if state.files.get(path) != target.files[path]), key=_rank)
    keep = [path for path in sorted(wanted) if path not in write]
    stale = state.own - target.paths
    remove = sorted(path for path in stale if path in state.files)
    foreign = [path for path in sorted([*write, *remove]) if _is_foreign(path, state)]
    listed = state.manifest.files if state.manifest is not None else None
    unfinished = listed != target.files or state.pending is not None
    return Plan(tuple(write), tuple(remove), tuple(keep), tuple(foreign), unfinished, stale)


def _rank(path: str) -> tuple[int, str]:
    if path in FIRST:
        return FIRST.index(path), path
    return len(FIRST) + (path in LAST), path


def _is_foreign(path: str, state: BoardState) -> bool:
    """A file of somebody else's, or one of ours that somebody has changed on the board."""
    found = state.files.get(path)
    if found is None:
        return False
    if path not in state.own:
        return True
    if state.pending is not None or state.manifest is None:
        return False  # half-written by us, as likely as not
    return state.manifest.files.get(path) != found


def check_room(plan: Plan, wanted: Mapping[str, bytes], state: BoardState, *, free: int, block: int) -> None:
    """TapoteError when the plan does not fit into `free` bytes of a filesystem of `block` bytes a block.

    A file takes whole blocks, and the old one keeps its blocks until the new one is closed.
    """
    sizes = [_blocks(len(wanted[path]), block) for path in plan.write]
    freed = [_blocks(state.files[path].size, block) for path in (*plan.write, *plan.remove) if path in state.files]
    needed = sum(sizes) - sum(freed) + max(sizes, default=0) + SPARE_BLOCKS
    if needed * block > free:
        raise TapoteError(
            f"the board's filesystem is too full: {needed * block // 1024} KB needed, {free // 1024} KB free",
            fix="Nothing was changed. Remove files of your own from it (mpremote rm, or Thonny), then deploy again.",
        )


def check_mpy(mpy: int, name: str) -> None:
    """TapoteError when the board's MicroPython (sys.implementation._mpy) does not load what our mpy-cross makes."""
    if mpy & 0x3FF != MPY_VERSION or mpy >> 10 & 0x3F != ARCH_ARMV6M:
        raise TapoteError(
            f"MicroPython on {name} does not load this version's compiled modules",
            fix="Install the matching MicroPython with `tapote flash`, or deploy the sources: --py.",
        )


def _blocks(size: int, block: int) -> int:
    return -(-size // block) if size else 1
