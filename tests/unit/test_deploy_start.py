"""After a deploy: what a board that does not come up has said stands in the error, not what its prompt says later."""

import pytest

from host_tools.deploy_start import Overhear, wait_for_hello
from host_tools.errors import TapoteError
from tests.unit.links.test_probe_and_find import BANNER, ScriptedLink

TRACEBACK = b"MPY: soft reboot\r\nTraceback (most recent call last):\r\n  ...\r\nNotImplementedError: no\r\n"
PROMPT = b'Traceback (most recent call last):\r\n  File "<stdin>", line 1\r\nSyntaxError: invalid syntax\r\n>>> ' * 40


class Restarted(ScriptedLink):
    """Says something by itself, then sits at its prompt, to which every frame of ours is nonsense."""

    def __init__(self, first: bytes) -> None:
        super().__init__(lambda data: BANNER if data.endswith(b"\x02") else PROMPT)
        self._said = first


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (TRACEBACK + BANNER, "does not answer: NotImplementedError: no"),
        (b"Tapote is not whole: main.py is missing.\r\n" + TRACEBACK, "does not answer: Tapote is not whole: main.py"),
    ],
)
def test_the_first_words_of_a_board_that_does_not_come_up_are_told(first: bytes, words: str) -> None:
    with pytest.raises(TapoteError, match=words) as caught:
        wait_for_hello(Overhear(Restarted(first)))
    assert "deploy again" in caught.value.fix
