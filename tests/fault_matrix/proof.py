"""What a case proves: each measured figure against its bound, kept for docs/safety-case.md."""

from host_tools import safety_matrix
from host_tools.safety_matrix import BOARD, Record


class Proof:
    """The figures of one test. case: its number; world: sim or virtual; name: the test's, for the file of results;
    board: on which it ran."""

    def __init__(self, case: int, world: str, name: str, board: str = BOARD) -> None:
        self.case = safety_matrix.cases()[case]
        self.world = world
        self.name = name
        self.board = board
        self.records: list[Record] = []
        assert world in self.case.worlds_of(board), f"{name} runs in a world that the table does not name"
        safety_matrix.forget(name)

    def figure(self, key: str, value: float) -> None:
        """Keep a measured value. AssertionError when it breaks its bound."""
        figure = self.case.figure(key)
        assert figure.met(value), f"{figure.text}: {value:.3f} {figure.unit}, bound {figure.bound}"
        made_with = safety_matrix.fingerprint()
        self.records.append(
            Record(self.case.number, self.world, key, round(value, 4), self.name, self.board, made_with)
        )

    def keep(self) -> None:
        """The test has passed."""
        safety_matrix.write(self.records, self.name)
