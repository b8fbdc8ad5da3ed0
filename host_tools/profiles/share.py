"""One file to give a profile away: the profile as it was written, who wrote it, its licence, hash and firmware range.

The hash finds damage and edits on the way. It says nothing about who made the file, and nothing in the file is
trusted for its sake: what comes in is checked as any profile is, cut to the device's limits, and never executed.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from host_tools import problems
from host_tools.errors import UsageError
from host_tools.fields import StrictModel, note
from host_tools.problems import Problem
from host_tools.profiles.model import MARK_OF_SHARED, SCHEMA, Profile, parse_profile
from host_tools.profiles.own import NAME
from host_tools.profiles.write import quoted
from host_tools.toml_read import SIZE_MAX_BYTES, parse_toml, read_toml
from tapote import wire

FORMAT = 1
Version = tuple[int, int, int]
# The first firmware that runs every key of schema 1, and the first that may understand one otherwise.
FIRMWARE_FROM: Version = (0, 1, 0)
FIRMWARE_BEFORE: Version = (1, 0, 0)
VERSION = r"^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}$"
HEAD = """\
# A Tapote profile to give away. Take it in with: tapote profile import FILE
# Nothing below may be edited, for then the hash does not fit. Import it, and edit your own copy.
"""


class FirmwareRange(StrictModel):
    """Firmware that runs it."""

    first: Annotated[str, Field(alias="from", pattern=VERSION, description="the first version")]
    before: Annotated[str, Field(pattern=VERSION, description="the first version that is too new")]


class Envelope(StrictModel):
    """The keys of the file."""

    tapote_share: Annotated[Literal[1], note("version of this file format")]
    name: Annotated[str, Field(pattern=f"^{NAME.pattern}$", description="name of the file that it becomes")]
    author: Annotated[str, Field(min_length=1, max_length=80, description="who wrote the profile")]
    license: Annotated[str, Field(min_length=1, max_length=40, description="under which licence it may be passed on")]
    firmware: FirmwareRange
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="hash of all other keys")]
    profile: Annotated[str, note("the profile's file, word for word")]


@dataclass(frozen=True)
class Shared:
    """What was in the file, checked. text: the profile's TOML, word for word."""

    envelope: Envelope
    profile: Profile
    text: str


def pack(name: str, text: str, author: str, license_name: str) -> str:
    """The file for a profile's TOML text. author and license_name fill in what the profile does not say itself.

    UsageError: a name that cannot be a file's, no author or licence, or others than the profile names.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    profile = parse_profile(parse_toml(text, name), where=name)
    _rights(profile, author, license_name)
    if not NAME.fullmatch(name):
        raise UsageError(f'"{name[:60]}" cannot be the name of a profile file.', fix="Give it another with --name.")
    if not profile.license:
        text = f"license = {quoted(license_name)}\n{text}"  # at the very top a key belongs to no table
    if not profile.author:
        text = f"author = {quoted(author)}\n{text}"
    profile = parse_profile(parse_toml(text, name), where=name)
    first, before = dotted(FIRMWARE_FROM), dotted(FIRMWARE_BEFORE)
    packed = "\n".join(
        [
            f"{HEAD}tapote_share = {FORMAT}",
            f"name = {quoted(name)}",
            f"author = {quoted(profile.author)}",
            f"license = {quoted(profile.license)}",
            f'firmware = {{ from = "{first}", before = "{before}" }}',
            f'sha256 = "{digest(name, profile.author, profile.license, first, before, text)}"',
            f"profile = {_verbatim(text)}",
            "",
        ]
    )
    parse_toml(packed, name)  # refuses here what the reader would refuse: hidden characters in comments
    if len(packed.encode()) > SIZE_MAX_BYTES:
        raise UsageError(
            f"{name} is too large to give away: {len(packed.encode())} bytes with what is added; at most"
            f" {SIZE_MAX_BYTES} are read.",
            fix="Shorten its comments.",
        )
    return packed


def unpack(path: Path) -> Shared:
    """Read and check such a file. UsageError: not one, newer, damaged, or a profile that is not valid."""
    raw = read_toml(path)
    if MARK_OF_SHARED not in raw:
        raise UsageError(
            f"{path} is no shared profile: it lacks {MARK_OF_SHARED}.",
            fix=f"A plain profile needs no import: tapote profile check {path}, then copy it into your profile folder.",
        )
    _refuse_newer(path, "shared profile", raw[MARK_OF_SHARED], FORMAT)
    try:
        envelope = Envelope.model_validate(raw)
    except ValidationError as error:
        raise problems.refuse(
            f"shared profile {path}", problems.from_validation(error, Envelope), "Ask for the file again."
        ) from None
    text, firmware = envelope.profile, envelope.firmware
    found = digest(envelope.name, envelope.author, envelope.license, firmware.first, firmware.before, text)
    if found != envelope.sha256:
        raise UsageError(
            f"{path}: the hash does not fit: the file says {envelope.sha256[:12]}..., its content has {found[:12]}...",
            fix="It was damaged or edited on the way. Ask for it again; nothing was written.",
        )
    where = f"in {path}"
    inner = parse_toml(text, where)
    _refuse_newer(path, "profile", inner.get("schema"), SCHEMA)
    profile = parse_profile(inner, where=where)
    if (profile.author, profile.license) != (envelope.author, envelope.license):
        raise UsageError(
            f"{path}: author or licence differ between the file ({envelope.author}, {envelope.license}) and the"
            f" profile in it ({profile.author}, {profile.license}).",
            fix="Ask for it again; it was not made by `tapote profile export`.",
        )
    return Shared(envelope, profile, text)


def must_run_on(shared: Shared, firmware: Version, whose: str) -> None:
    """UsageError when that firmware is outside the range of the file. whose: "the device", "this Tapote"."""
    first, before = _version(shared.envelope.firmware.first), _version(shared.envelope.firmware.before)
    if firmware < first:
        raise UsageError(
            f"{shared.envelope.name} needs firmware {dotted(first)} or newer; {whose} has {dotted(firmware)}.",
            fix="Update it: tapote deploy, with the newest Tapote.",
        )
    if firmware >= before:
        raise UsageError(
            f"{shared.envelope.name} was made for firmware before {dotted(before)}; {whose} has {dotted(firmware)}.",
            fix="Ask its author for a newer version.",
        )


def digest(*parts: str) -> str:
    """SHA-256 of the parts, each with its length, so that no text can slip from one into the next."""
    return hashlib.sha256("".join(f"{len(part.encode())}:{part}\n" for part in parts).encode()).hexdigest()


def dotted(version: Version) -> str:
    """(0, 1, 0) -> "0.1.0"."""
    return ".".join(map(str, version))


def _version(text: str) -> Version:
    major, minor, patch = map(int, text.split("."))
    return (major, minor, patch)


HOST_FIRMWARE: Version = wire.FIRMWARE


def _rights(profile: Profile, author: str, license_name: str) -> None:
    """UsageError when nobody says who wrote it, under which licence, or when profile and options disagree."""
    found = []
    for key, option, wanted in (("author", "--author", author), ("license", "--license", license_name)):
        written = getattr(profile, key)
        if not written and not wanted:
            found.append(Problem(key, "the profile does not say, and it must be known.", f"Add {option}."))
        elif written and wanted and written != wanted:
            found.append(Problem(key, f"the profile says {problems.show(written)}.", f"Leave {option} out."))
    if found:
        raise problems.refuse(
            "export",
            found,
            "CC0-1.0 lets anyone do anything with it; CC-BY-4.0 asks to be named; MIT is Tapote's own.",
        )


def _refuse_newer(path: Path, what: str, version: object, known: int) -> None:
    if isinstance(version, int) and not isinstance(version, bool) and version > known:
        raise UsageError(
            f"{path}: {what} of version {version}; this Tapote reads up to {known}.", fix="Install a newer Tapote."
        )


def _verbatim(text: str) -> str:
    """A multi-line string: word for word where TOML's literal strings can hold it, else with escapes."""
    if "'''" not in text and not text.endswith("'"):
        return f"'''\n{text}'''"
    return '"""\n' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'
