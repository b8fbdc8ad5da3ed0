"""A journal in a folder of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from host_tools.journal.store import Journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal of a test lies."""
    return tmp_path / "journal.sqlite3"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    """A new journal."""
    with Journal.open(path) as opened:
        yield opened
