"""A board that talks nonsense, falls silent or goes away at its prompt: always one clear error, never a hang."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.errors import TapoteError
from host_tools.links.link import LinkError
from host_tools.remote_files import BoardFullError, RemoteError, RemoteFiles

BANNER = b"raw REPL; CTRL-B to exit\r\n>"


class ScriptedLink:
    """answer: what the board says to the bytes written to it. Time passes only in advance()."""

    name, simulated, plant = "fake:", False, None

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self._answer = answer
        self._said = bytearray()
        self._time_s = 0.0
        self.written = bytearray()

    def now_s(self) -> float:
        return self._time_s

    def advance(self, seconds: float) -> None:
        self._time_s += seconds

    def read(self) -> bytes:
        data = bytes(self._said)
        self._said.clear()
        return data

    def write(self, data: bytes) -> None:
        self.written += data
        self._said += self._answer(data)

    def press_button(self, seconds: float = 0.1) -> None: ...
    def close(self) -> None: ...


class Prompt:
    """A raw prompt without raw paste: banner on Ctrl-A, then for each command the next of `answers`."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.commands: list[bytes] = []
        self._command = bytearray()
        self._reset = False

    def __call__(self, data: bytes) -> bytes:
        if data == b"\r\x01":
            return BANNER
        if data == b"\x04" and not self._reset:
            self._reset = True
            return b"OK\r\nMPY: soft reboot\r\n" + BANNER
        if data == b"\x05A\x01":
            return b"R\x00"
        if data == b"\x04":
            self.commands.append(bytes(self._command))
            self._command.clear()
            return b"OK" + (self.answers.pop(0) if self.answers else b"\x04\x04>")
        if data[:1] != b"\r":
            self._command += data
        return b""


def printed(text: bytes) -> bytes:
    return text + b"\x04\x04>"


def failed(text: bytes) -> bytes:
    return b"\x04" + text + b"\x04>"


def test_commands_go_through_the_raw_prompt() -> None:
    prompt = Prompt(printed(b""), printed(b'["Pico", [1, 27, 0], 4870, 800000, 4096]\r\n'))
    about = RemoteFiles(ScriptedLink(prompt)).about()
    assert (about.machine, about.version, about.free_bytes) == ("Pico", (1, 27, 0), 800_000)
    assert b"hashlib" in prompt.commands[0]


def test_a_silent_board_is_an_error_within_bounded_time() -> None:
    link = ScriptedLink(lambda data: b"")
    with pytest.raises(RemoteError, match="does not answer with MicroPython's prompt") as caught:
        RemoteFiles(link)
    assert "tapote doctor" in caught.value.fix
    assert link.now_s() < 10


def test_a_board_that_falls_silent_later_is_an_error() -> None:
    prompt = Prompt(printed(b""), b"")
    remote = RemoteFiles(ScriptedLink(prompt))
    with pytest.raises(RemoteError, match="stopped answering"):
        remote.about()


@pytest.mark.parametrize(
    "answer",
    [b"", b"nonsense", b"[]", b"{}", b"null", b'["x", 3]', b'["x", [1], "y", 2, 3]', b"\xff\xfe", b"[" * 50, b"NaN"],
)
def test_nonsense_for_an_answer_is_an_error(answer: bytes) -> None:
    remote = RemoteFiles(ScriptedLink(Prompt(printed(b""), printed(answer))))
    with pytest.raises(RemoteError, match="unexpected"):
        remote.about()


@pytest.mark.parametrize("answer", [b"[]", b"[null, null]", b"3", b"{"])
def test_the_wrong_number_of_hashes_is_an_error(answer: bytes) -> None:
    remote = RemoteFiles(ScriptedLink(Prompt(printed(b""), printed(answer))))
    with pytest.raises(RemoteError, match="unexpected"):
        remote.fingerprints(["a"])


@pytest.mark.parametrize("answer", [b"[[1]]", b'[["a", 3]]', b"[7]", b"[null]", b"[0]"])
def test_what_is_no_hash_is_no_file(answer: bytes) -> None:
    assert RemoteFiles(ScriptedLink(Prompt(printed(b""), printed(answer)))).fingerprints(["a"]) == {}


@pytest.mark.parametrize("last", [b"OSError: [Errno 28] ENOSPC", b"OSError: 28"])
def test_a_full_board_says_so_and_closes_the_file(last: bytes) -> None:
    trace = b'Traceback (most recent call last):\r\n  File "<stdin>", line 1, in <module>\r\n' + last + b"\r\n"
    prompt = Prompt(printed(b""), printed(b""), printed(b""), failed(trace))
    with pytest.raises(BoardFullError, match="full") as caught:
        RemoteFiles(ScriptedLink(prompt)).write("tapote/app.mpy", b"x" * 3000)
    assert "the motor stays off" in caught.value.fix
    assert b"_f.close()" in prompt.commands[-1]


def test_an_error_on_the_board_is_told_in_its_last_line() -> None:
    prompt = Prompt(printed(b""), failed(b"Traceback (most recent call last):\r\nOSError: [Errno 5] EIO\r\n"))
    with pytest.raises(RemoteError, match=r"the board refused: OSError: \[Errno 5\] EIO"):
        RemoteFiles(ScriptedLink(prompt)).remove("x")


def test_a_link_that_breaks_says_so_itself() -> None:
    def answer(data: bytes) -> bytes:
        raise LinkError("unplugged", cause="lost")

    with pytest.raises(LinkError, match="unplugged"):
        RemoteFiles(ScriptedLink(answer))


@given(st.randoms(use_true_random=False), st.integers(0, 400))
def test_garbage_on_the_line_is_an_error_and_no_hang(chance: random.Random, most: int) -> None:
    link = ScriptedLink(lambda data: chance.randbytes(chance.randint(0, most)))
    with pytest.raises(TapoteError):
        RemoteFiles(link).about()
    assert link.now_s() < 120


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_garbage_between_a_prompts_marks_is_an_error_and_no_hang(first: bytes, second: bytes) -> None:
    link = ScriptedLink(Prompt(printed(b""), first + b"\x04" + second + b"\x04>"))
    with pytest.raises(TapoteError):
        RemoteFiles(link).about()
    assert link.now_s() < 120


def test_nothing_is_printed_by_mpremote(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RemoteError):
        RemoteFiles(ScriptedLink(lambda data: b"rubbish"))
    assert capsys.readouterr() == ("", "")


def test_a_port_that_never_pauses_is_an_error_and_no_hang() -> None:
    class Chatter(ScriptedLink):
        def read(self) -> bytes:
            return b"$GPGGA,123519,4807.038,N*47\r\n"

    with pytest.raises(RemoteError, match="does not answer"):
        RemoteFiles(Chatter(lambda data: b""))


@pytest.mark.parametrize("answer", [b"3", b"null", b'{"a": 1}'])
def test_a_listing_that_is_none_is_an_error(answer: bytes) -> None:
    with pytest.raises(RemoteError, match="unexpected"):
        RemoteFiles(ScriptedLink(Prompt(printed(b""), printed(answer)))).listing("/")
