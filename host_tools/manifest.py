"""The list of what stands on a board: each file's size and SHA-256, as `manifest.json` on the board holds it.

The firmware checks the same list at every start (firmware/tapote/manifest.py) and moves no motor when it does not fit.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

NAME = "manifest.json"
PENDING_NAME = "manifest.new"  # the same, of a deploy that is under way
TEMP_NAME = "manifest.tmp"  # that one, half-written
SCHEMA = 1
PATH_MAX_CHARS = 64
FILES_MAX = 200
_DIGEST_CHARS = 64


@dataclass(frozen=True)
class Fingerprint:
    """What a file is known by."""

    size: int
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> "Fingerprint":
        return cls(len(data), hashlib.sha256(data).hexdigest())


@dataclass(frozen=True)
class Manifest:
    """files: path on the device -> fingerprint. stale: paths that a deploy under way takes away."""

    files: Mapping[str, Fingerprint]
    stale: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, files: Mapping[str, bytes], stale: Iterable[str] = ()) -> "Manifest":
        return cls({name: Fingerprint.of(data) for name, data in files.items()}, frozenset(stale))

    @property
    def paths(self) -> frozenset[str]:
        """Everything that this list calls Tapote's own."""
        return frozenset(self.files) | self.stale

    def to_bytes(self) -> bytes:
        """The file's bytes; the same manifest always gives the same."""
        listed = {name: [one.size, one.sha256] for name, one in sorted(self.files.items())}
        document: dict[str, object] = {"schema": SCHEMA, "files": listed}
        if self.stale:
            document["stale"] = sorted(self.stale)
        return json.dumps(document, separators=(",", ":")).encode()


def parse(data: bytes) -> Manifest | None:
    """The manifest in these bytes; None when they are not one: a board may hold anything, so this never raises.

    A path that leads out of the board's root or names a manifest is refused as a whole: it would be deleted one day.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        return None
    listed, stale = document.get("files"), document.get("stale", [])
    if not isinstance(listed, dict) or not isinstance(stale, list) or len(listed) + len(stale) > FILES_MAX:
        return None
    files: dict[str, Fingerprint] = {}
    for name, value in listed.items():
        one = _fingerprint(value)
        if one is None or not is_path(name):
            return None
        files[name] = one
    if not all(isinstance(name, str) and is_path(name) for name in stale):
        return None
    return Manifest(files, frozenset(stale))


def is_path(name: str) -> bool:
    """Whether this can be the path of one of our files: relative, plain ASCII, no dots that climb, no manifest."""
    parts = name.split("/")
    return (
        0 < len(name) <= PATH_MAX_CHARS
        and name not in (NAME, PENDING_NAME, TEMP_NAME)
        and all(part.strip(".") and all(char.isalnum() or char in "._-" for char in part) for part in parts)
        and name.isascii()
    )


def _fingerprint(value: object) -> Fingerprint | None:
    match value:
        case [int(size), str(digest)] if size >= 0 and not isinstance(size, bool) and _is_digest(digest):
            return Fingerprint(size, digest)
        case _:
            return None


def _is_digest(text: str) -> bool:
    return len(text) == _DIGEST_CHARS and all(char in "0123456789abcdef" for char in text)
