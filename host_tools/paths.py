"""Where data files are: in the repository while developing, inside the package when installed from a wheel.

The wheel build copies boards/ and firmware/ below host_tools/_data/ under their repository names, so one relative path
works in both places.
"""

from pathlib import Path

PACKAGE_DIR = Path(__file__).resolve().parent
REPO_DIR = PACKAGE_DIR.parent
DATA_DIR = PACKAGE_DIR / "_data"


def in_repo() -> bool:
    """True when the package runs from a checkout (pyproject.toml lies beside it)."""
    return (REPO_DIR / "pyproject.toml").is_file() or (REPO_DIR / ".git").exists()


def repo_or_data(relative: str) -> Path:
    """Path of a file or folder named by its repository path ("boards", "firmware/main.py").

    A checkout wins over packaged data, so that an edited board is the one that is used. The path may not exist: the
    caller knows best what to say then.
    """
    in_checkout = REPO_DIR / relative
    if in_repo() and in_checkout.exists():
        return in_checkout
    return DATA_DIR / relative
