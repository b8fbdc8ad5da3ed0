"""Data is found in the checkout, and in the package where there is no checkout."""

from pathlib import Path

import pytest

from host_tools import paths


def test_the_checkout_wins() -> None:
    assert paths.in_repo()
    assert paths.repo_or_data("boards") == paths.REPO_DIR / "boards"


def test_an_installed_package_uses_its_own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "REPO_DIR", tmp_path)
    assert not paths.in_repo()
    assert paths.repo_or_data("boards") == paths.DATA_DIR / "boards"
