"""Taking a program from the host, phase by phase: only while nothing is armed or moving, and only whole."""

from tapote import states, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App

PHASES_MAX = 32


class Loader:
    """`whole`: whether the program of the App is complete, so that it may be armed. Methods answer what was done."""

    def __init__(self, app: "App") -> None:
        self.app = app
        self.whole = False
        self._expected = 0

    def begin(self, phases: int, name: str) -> bool:
        """Start to take a program of so many phases, in place of the last."""
        if self.app.session.state != states.IDLE or not 1 <= phases <= PHASES_MAX:
            return False
        self._expected = phases
        self.whole = False
        self.app.program.begin(name)
        self.app.setpoints.default_wave()
        return True

    def add_phase(self, index: int, fields: "tuple[int, ...]") -> int:
        """Take the next phase; a wire status."""
        program = self.app.program
        if self.app.session.state != states.IDLE or index != len(program.phases):
            return wire.REFUSED
        clamped = program.clamped
        if not program.add(fields):
            return wire.BAD
        return wire.OK if program.clamped == clamped else wire.CLAMPED

    def add_wave(self, block: int, samples: "tuple[int, ...]") -> int:
        """Take 32 samples of the stroke; a wire status."""
        if self.app.session.state != states.IDLE:
            return wire.REFUSED
        return wire.OK if self.app.setpoints.set_wave(block, samples) else wire.BAD

    def commit(self) -> int:
        """The program is whole; a wire status. A program that is not is forgotten."""
        if self.app.session.state != states.IDLE:
            return wire.REFUSED
        if len(self.app.program.phases) != self._expected:
            self.app.program.begin("")
            return wire.BAD
        self.whole = True
        return wire.OK
