"""The profiles that come with Tapote, and how a person names a profile: by library name, by own name, or by path."""

from pathlib import Path

from host_tools import problems
from host_tools.errors import FileError
from host_tools.paths import PACKAGE_DIR
from host_tools.profiles.model import Profile, load_profile
from host_tools.profiles.own import own_profiles, plain_name


def library_dir() -> Path:
    """Folder of the library's TOML files."""
    return PACKAGE_DIR / "profiles"


def list_profiles() -> list[str]:
    """Names of the library profiles ("deep_tissue", ...), sorted."""
    return sorted(path.stem for path in library_dir().glob("*.toml"))


def taken_by(name: str) -> str:
    """Whose profile of that name there is: "the library's", "yours" with its path, or "" for nobody's."""
    if name in list_profiles():
        return "the library's"
    mine = own_profiles()
    return f"yours, {mine[name]}" if name in mine else ""


def find_profile(name_or_path: str | Path) -> Path:
    """The file of a profile, by name (hyphens, spaces and capitals do not matter) or by path.

    An own profile that is named as one of the library is found by its path only: "swedish" is the same massage
    everywhere. Raises FileError: no such profile, with the names that come near and all names.
    """
    text = str(name_or_path)
    path = Path(text)
    if path.suffix == ".toml" or len(path.parts) > 1:
        if path.is_file():
            return path
        raise FileError(f"profile file {text[:200]}: not found.", fix="Check the path.")
    word = plain_name(text)
    if word in list_profiles():
        return library_dir() / f"{word}.toml"
    mine = own_profiles()
    if word in mine:
        return mine[word]
    known = [*list_profiles(), *mine]
    raise FileError(
        f'profile "{text[:60]}" not found. Profiles: {", ".join(known)}.',
        fix=problems.nearest(word, known) or "Name one of them, or the path of a .toml file.",
    )


def get_profile(name_or_path: str | Path) -> Profile:
    """Find, read and check a profile. Raises UsageError as `find_profile` and `load_profile` do."""
    return load_profile(find_profile(name_or_path))
