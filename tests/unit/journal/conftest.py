"""A journal in a folder of the test's own, and days that begin at midnight UTC."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from host_tools.journal.store import Journal


@contextmanager
def living_in(zone: str) -> Iterator[None]:
    """The time zone of this process."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


@pytest.fixture(autouse=True, scope="module")
def _utc() -> Iterator[None]:
    with living_in("UTC"):
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal of a test lies."""
    return tmp_path / "journal.sqlite3"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    """A new journal."""
    with Journal.open(path) as opened:
        yield opened
