"""What is loaded and let go of again.

The program of the App: taken from the host phase by phase, or from those stored on the device; only while nothing is
armed or moving, and only whole. And modules that only a moment needs: the RP2040 has 200 KB for all, and a session
needs its share.
"""

import sys

import tapote
from tapote import states, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App

PHASES_MAX = 32


class Loader:
    """`whole`: whether the program of the App is complete, so that it may be armed; then it takes nothing more. Methods
    answer what was done.

    index: which of the stored programs it is, -1 for one that the host sent. by_hand: it was chosen with the button, so
    a host that arms the device would not know what it starts. root: folder of the stored programs.
    """

    def __init__(self, app: "App", root: str) -> None:
        self.app = app
        self.root = root
        self.whole = False
        self.index = -1
        self.by_hand = False
        self._expected = 0

    def begin(self, phases: int, name: str) -> bool:
        """Start to take a program of so many phases, in place of the last."""
        if self.app.session.state != states.IDLE or not 1 <= phases <= PHASES_MAX:
            return False
        self._expected = phases
        self.whole = self.by_hand = False
        self.index = -1
        self.app.controls.forget()
        self.app.program.begin(name)
        self.app.setpoints.default_wave()
        return True

    def add_phase(self, index: int, fields: "tuple[int, ...]") -> int:
        """Take the next phase; a wire status."""
        program = self.app.program
        if self._closed() or index != len(program.phases):
            return wire.REFUSED
        clamped = program.clamped
        if not program.add(fields):
            return wire.BAD
        return wire.OK if program.clamped == clamped else wire.CLAMPED

    def add_wave(self, block: int, samples: "tuple[int, ...]") -> int:
        """Take 32 samples of the stroke; a wire status."""
        if self._closed():
            return wire.REFUSED
        return wire.OK if self.app.setpoints.set_wave(block, samples) else wire.BAD

    def commit(self) -> int:
        """The program is whole; a wire status. A program that is not is forgotten."""
        if self._closed():
            return wire.REFUSED
        if self._expected == 0 or len(self.app.program.phases) != self._expected:
            self.app.program.begin("")
            return wire.BAD
        self.whole = True
        return wire.OK

    def _closed(self) -> bool:
        """Whether nothing is being sent: a hand may have chosen another program, and must not get a mixture."""
        return self.whole or self.app.session.state != states.IDLE

    def choose(self) -> int:
        """For a person at the button: the next of the stored programs in place of the last; its number from 1, or 0 and
        nothing changed when there is none."""
        from tapote import programs  # code that only a moment needs, and no session

        number = programs.choose(self.app)
        let_go("programs")
        return number


def let_go(*names: str) -> None:
    """Forget modules of this package by name, so that the next collection takes their code. Whoever holds one keeps it;
    an import brings it back from flash."""
    for name in names:
        if sys.modules.pop("tapote." + name, None) is not None and hasattr(tapote, name):
            delattr(tapote, name)
