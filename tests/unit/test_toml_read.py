"""TOML that a person got wrong comes back as one sentence with the line, whatever it is."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.errors import TapoteError, UsageError
from host_tools.toml_read import SIZE_MAX_BYTES, parse_toml, read_toml


def test_syntax_error_shows_line_and_caret() -> None:
    with pytest.raises(UsageError) as caught:
        parse_toml('schema = 1\nname = "x\nrate = 3\n', "my.toml")
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("my.toml: line 2: ")
    assert lines[1] == '  name = "x'
    assert lines[2].strip() == "^"
    assert caught.value.exit_code == 2
    assert caught.value.fix


def test_error_at_the_end_shows_the_last_line() -> None:
    with pytest.raises(UsageError, match="line 2"):
        parse_toml("a = 1\nb = [1,", "my.toml")


def test_duplicate_key_names_its_line() -> None:
    with pytest.raises(UsageError, match="line 2"):
        parse_toml("a = 1\na = 2\n", "my.toml")


def test_endless_nesting_is_refused() -> None:
    with pytest.raises(UsageError, match="not readable as TOML"):
        parse_toml("a = " + "[" * 100_000, "deep.toml")


def test_a_number_with_too_many_digits_is_refused() -> None:
    with pytest.raises(UsageError):
        parse_toml("a = " + "9" * 100_000, "huge.toml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = 0x" + "f" * 6000, "a: a number of more than 64 bits"),  # Python reads it, and then refuses to print it
        (f"a = [1, {1 << 63}]", r"a\[2\]: a number of more than 64 bits"),
        ("[t]\nb = " + "[" * 20 + "]" * 20, r"t\.b\[1\].*: nested deeper than 16 levels"),
        (".".join("a" * 50) + " = 1", "nested deeper than 16 levels"),
        (f"{'k' * 81} = 1", r'unusable key "k{80}"'),
        ('"a\\u001b[2J" = 1', r'unusable key "a\?\[2J"'),
        ('[t]\nname = "\\u001b]0;x"', r't\.name: "\?\]0;x" holds hidden control characters'),
        ('name = "\\r"', "hidden control characters"),
        ('name = "\u202egnol"', "hidden control characters"),
    ],
)
def test_what_no_message_could_show_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        parse_toml(text, "odd.toml")
    assert str(caught.value).startswith("odd.toml: ")
    assert caught.value.fix


def test_what_is_just_within_the_bounds_is_read() -> None:
    text = f"a = {(1 << 63) - 1}\nb = -9223372036854775807\nc = {'[' * 15}{']' * 15}\n{'k' * 80} = 'un\u00a0mot\\t'"
    assert parse_toml(text, "edge.toml")["a"] == (1 << 63) - 1


def test_a_control_character_in_a_broken_line_does_not_reach_the_terminal() -> None:
    with pytest.raises(UsageError) as caught:
        parse_toml("a = \x1b[2J\u2028", "odd.toml")
    assert str(caught.value).splitlines()[1:] == ["  a = ?[2J", "      ^"]


def test_a_missing_file_names_the_path(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing\.toml: cannot be read"):
        read_toml(tmp_path / "nothing.toml")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_toml(tmp_path)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    path.write_bytes(b"#" * (SIZE_MAX_BYTES + 1))
    with pytest.raises(UsageError, match=str(SIZE_MAX_BYTES)):
        read_toml(path)


def test_a_file_without_an_end_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    class Endless(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert size > 0, "this would never end"
            asked.append(size)
            return b"#" * size

    monkeypatch.setattr(Path, "open", lambda path, mode: Endless())
    with pytest.raises(UsageError, match="larger than"):
        read_toml(tmp_path / "endless.toml")
    assert sum(asked) <= SIZE_MAX_BYTES + 1


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "binary.toml"
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(UsageError, match="byte 8 is not UTF-8"):
        read_toml(path)


@given(st.text(max_size=200))
def test_any_text_is_a_table_or_a_usage_error(text: str) -> None:
    refusal: TapoteError | None = None
    try:
        assert isinstance(parse_toml(text, "any"), dict)
    except TapoteError as error:
        refusal = error
    assert refusal is None or str(refusal).startswith("any: ")
