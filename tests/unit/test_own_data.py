"""Tables of the package itself: each is whole, and one that somebody has changed is told with all that is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from host_tools import own_data
from host_tools.body_shapes import shapes
from host_tools.errors import UsageError
from host_tools.guide import questions
from host_tools.guide.questions import questionnaire
from host_tools.paths import PACKAGE_DIR
from host_tools.profiles.techniques import techniques
from host_tools.regions import body
from host_tools.safety_matrix import sections

READERS: dict[str, Callable[[], object]] = {
    "regions.toml": body.__wrapped__,
    "techniques.toml": techniques.__wrapped__,
    "body_shapes.toml": shapes.__wrapped__,
    "safety_cases.toml": sections.__wrapped__,
    questions.FILE: questionnaire.__wrapped__,
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the tables are read from."""
    body()  # the questions look at the places; those of the package as it is
    monkeypatch.setattr(own_data, "PACKAGE_DIR", tmp_path)
    (tmp_path / "guide").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", READERS)
def test_all_mistakes_of_a_table_are_told_at_once(package: Path, name: str) -> None:
    text = (PACKAGE_DIR / name).read_text(encoding="utf-8")
    (package / name).write_text(text, encoding="utf-8")
    READERS[name]()
    (package / name).write_text(f"left = 1\nright = 2\n{text}", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        READERS[name]()
    assert caught.value.message.startswith(f"{name}: 2 problems\n")
    assert "left: unknown key" in caught.value.message
    assert "right: unknown key" in caught.value.message
    assert caught.value.fix == "Restore the file from the repository."


def test_a_question_about_no_place_is_told(package: Path) -> None:
    text = (PACKAGE_DIR / questions.FILE).read_text(encoding="utf-8")
    assert text.count('"spine"') > 1
    (package / questions.FILE).write_text(text.replace('"spine"', '"tail"'), encoding="utf-8")
    with pytest.raises(UsageError, match=rf"{questions.FILE}: [2-9] problems\n(.*\n)*.*places: tail is no place"):
        questionnaire.__wrapped__()
