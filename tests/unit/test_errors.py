"""The error that people see."""

import pytest

from host_tools.errors import TapoteError, UsageError


def test_the_message_is_the_text_and_the_fix_stands_apart() -> None:
    error = TapoteError("no board", fix="plug one in")
    assert (str(error), error.message, error.fix, error.exit_code) == ("no board", "no board", "plug one in", 1)


def test_a_usage_error_is_a_tapote_error_with_exit_code_2() -> None:
    with pytest.raises(TapoteError) as caught:
        raise UsageError("no such profile")
    assert caught.value.exit_code == 2
