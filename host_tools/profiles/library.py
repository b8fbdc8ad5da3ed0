"""The profiles that come with Tapote, and how a person names a profile: by library name or by path of a file."""

from pathlib import Path

from host_tools import problems
from host_tools.errors import UsageError
from host_tools.paths import PACKAGE_DIR
from host_tools.profiles.model import Profile, load_profile


def library_dir() -> Path:
    """Folder of the library's TOML files."""
    return PACKAGE_DIR / "profiles"


def list_profiles() -> list[str]:
    """Names of the library profiles ("deep_tissue", ...), sorted."""
    return sorted(path.stem for path in library_dir().glob("*.toml"))


def find_profile(name_or_path: str | Path) -> Path:
    """The file of a profile, by library name (hyphens, spaces and capitals do not matter) or by path.

    Raises UsageError: no such profile, with the names that come near and all names.
    """
    text = str(name_or_path)
    path = Path(text)
    if path.suffix == ".toml" or len(path.parts) > 1:
        if path.is_file():
            return path
        raise UsageError(f"profile file {text[:200]}: not found.", fix="Check the path.")
    known = list_profiles()
    word = "_".join(text.lower().replace("-", " ").replace("_", " ").split())
    if word in known:
        return library_dir() / f"{word}.toml"
    raise UsageError(
        f'profile "{text[:60]}" not found. Profiles: {", ".join(known)}.',
        fix=problems.nearest(word, known) or "Name one of them, or the path of a .toml file.",
    )


def get_profile(name_or_path: str | Path) -> Profile:
    """Find, read and check a profile. Raises UsageError as `find_profile` and `load_profile` do."""
    return load_profile(find_profile(name_or_path))
