"""The file that passes a profile on: it brings the very same text, and nothing that was damaged, edited or too new."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from host_tools.errors import UsageError
from host_tools.profiles.library import library_dir, list_profiles
from host_tools.profiles.model import Profile, load_profile, parse_profile
from host_tools.profiles.share import FIRMWARE_BEFORE, HOST_FIRMWARE, digest, must_run_on, pack, unpack
from host_tools.profiles.write import to_toml
from host_tools.toml_read import parse_toml
from tests.fuzz.hostile import judged, spoiled, spoiled_bytes
from tests.fuzz.toml_text import dumps
from tests.unit.profiles.some import profiles

TEXT = (library_dir() / "trigger_point.toml").read_text(encoding="utf-8")
PACKED = pack("trigger_point", TEXT, "", "")
BARE = TEXT.replace('author = "The Tapote authors"\n', "").replace('license = "MIT"\n', "")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "given.tapote.toml"


def refused(path: Path, text: str, *words: str) -> None:
    """Reading this text is one clear error with these words."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        unpack(path)
    assert caught.value.fix
    for word in words:
        assert word in f"{caught.value.message} {caught.value.fix}"


@pytest.mark.parametrize("name", list_profiles())
def test_the_text_arrives_word_for_word(path: Path, name: str) -> None:
    text = (library_dir() / f"{name}.toml").read_text(encoding="utf-8")
    path.write_text(pack(name, text, "", ""), encoding="utf-8")
    shared = unpack(path)
    assert shared.text == text
    assert (shared.envelope.name, shared.envelope.author, shared.envelope.license) == (
        name,
        "The Tapote authors",
        "MIT",
    )


@given(profile=profiles())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_profile_survives_the_way(path: Path, profile: Profile) -> None:
    text = to_toml(profile)
    path.write_text(
        pack("mine", text, "" if profile.author else "Ada", "" if profile.license else "MIT"), encoding="utf-8"
    )
    shared = unpack(path)
    ours = {"author": profile.author or "Ada", "license": profile.license or "MIT"}
    assert shared.profile == profile.model_copy(update=ours)
    assert shared.text.endswith(text)


def test_what_stands_in_the_file() -> None:
    raw = tomllib.loads(PACKED)
    assert list(raw) == ["tapote_share", "name", "author", "license", "firmware", "sha256", "profile"]
    assert raw["firmware"] == {"from": "0.1.0", "before": "1.0.0"}
    assert len(raw["sha256"]) == 64
    assert PACKED.startswith("# A Tapote profile to give away.")


def test_author_and_licence_must_be_known_and_are_written_into_the_profile(path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        pack("mine", BARE, "", "")
    assert "author: " in caught.value.message
    assert "license: " in caught.value.message
    path.write_text(pack("mine", BARE, "Ada", "CC0-1.0"), encoding="utf-8")
    assert (unpack(path).profile.author, unpack(path).profile.license) == ("Ada", "CC0-1.0")
    with pytest.raises(UsageError, match="the profile says"):
        pack("mine", TEXT, "Somebody else", "")


def test_what_could_not_be_read_again_is_not_exported() -> None:
    with pytest.raises(UsageError, match="hidden control characters"):
        pack("mine", TEXT + "# \u202e\n", "", "")
    with pytest.raises(UsageError, match="too large to give away"):
        pack("mine", TEXT + "#" * 262_000, "", "")


def test_line_ends_of_windows_make_no_difference() -> None:
    assert pack("trigger_point", TEXT.replace("\n", "\r\n"), "", "") == PACKED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("duration_s = 36", "duration_s = 37"),
        ("force_n = 35", "force_n = 45"),
        ('name = "trigger_point"', 'name = "harmless"'),
        ('before = "1.0.0"', 'before = "9.0.0"'),
        ('author = "The Tapote authors"\nlicense = "MIT"\nfirmware', 'author = "Me"\nlicense = "MIT"\nfirmware'),
    ],
)
def test_an_edit_anywhere_is_found(path: Path, old: str, new: str) -> None:
    assert old in PACKED
    refused(path, PACKED.replace(old, new), "the hash does not fit", "Ask for it again")


def forged(text: str, **keys: str) -> str:
    """A file whose hash is right, whatever is in it: the hash is no signature."""
    said = {"name": "evil", "author": "A", "license": "MIT", "first": "0.1.0", "before": "1.0.0"} | keys
    fits = digest(said["name"], said["author"], said["license"], said["first"], said["before"], text)
    return dumps(
        {
            "tapote_share": 1,
            "name": said["name"],
            "author": said["author"],
            "license": said["license"],
            "firmware": {"from": said["first"], "before": said["before"]},
            "sha256": fits,
            "profile": text,
        }
    )


def as_inner(table: str) -> str:
    return f'author = "A"\nlicense = "MIT"\n{table}'


BODY = 'schema = 1\nname = "E"\ntechnique = "swedish"\nregions = ["calf"]\n[[phase]]\nname = "p"\nduration_s = 10\n'
GOOD_INNER = as_inner(BODY + "rate_spm = 1500\ndrive_pct = 20\n")


def test_a_forged_file_that_is_otherwise_right_is_taken(path: Path) -> None:
    """So the refusals below are for what they name, and not for the forging."""
    path.write_text(forged(GOOD_INNER), encoding="utf-8")
    assert unpack(path).profile.name == "E"


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        (GOOD_INNER.replace("schema = 1", "schema = 2"), ["profile of version 2", "Install a newer Tapote"]),
        (GOOD_INNER.replace('"calf"', '"neck"'), ["never used on the neck"]),
        (GOOD_INNER + "limit = { force_n = 80 }\n", ["80 is out of range; allowed 5 to 50 N"]),
        (GOOD_INNER + "speed = 3\n", ["speed: unknown key"]),
        (GOOD_INNER + "x = " + "[" * 60 + "]" * 60, ["nested deeper"]),
        (GOOD_INNER + "x = " + "9" * 5000, ["not readable as TOML"]),
        (GOOD_INNER.replace('author = "A"', 'author = "B"'), ["author or licence differ"]),
        ("not toml at all", ["line 1"]),
        ("", ["problems"]),
    ],
)
def test_the_profile_inside_is_checked_as_any_other(path: Path, inner: str, words: list[str]) -> None:
    refused(path, forged(inner), *words)


@pytest.mark.parametrize("name", ["../../evil", "a/b", "CON.x", "", "UP"])
def test_a_name_cannot_lead_out_of_the_folder(path: Path, name: str) -> None:
    refused(path, forged(GOOD_INNER, name=name), "name: ")


def test_hidden_characters_are_refused_even_in_comments(path: Path) -> None:
    refused(path, PACKED.replace("# Trigger point", "# Trigger \u202epoint"), "hidden control characters")


def test_files_of_other_kinds_say_what_they_are(path: Path) -> None:
    refused(path, TEXT, "is no shared profile", "needs no import")
    refused(path, PACKED.replace("tapote_share = 1", "tapote_share = 2"), "shared profile of version 2")
    refused(path, PACKED.replace("tapote_share = 1", "tapote_share = 1\nextra = 1"), "extra: unknown key")
    refused(path, "#" * 300_000, "larger than 262144 bytes")
    path.write_text(PACKED, encoding="utf-8")
    with pytest.raises(UsageError, match="to give away, not one to run") as caught:
        load_profile(path)
    assert "tapote profile import" in caught.value.fix


def test_everything_wrong_with_the_envelope_comes_at_once(path: Path) -> None:
    broken = PACKED.replace('"MIT"\nfirmware', '""\nfirmware').replace('before = "1.0.0"', 'before = "v1.0.0"')
    refused(path, broken, "2 problems", "license: ", "firmware.before: ")


def test_firmware_outside_the_range_is_refused(path: Path) -> None:
    path.write_text(forged(GOOD_INNER, first="0.3.0", before="0.5.0"), encoding="utf-8")
    shared = unpack(path)
    must_run_on(shared, (0, 3, 0), "the device")
    must_run_on(shared, (0, 4, 99), "the device")
    for version, words in (((0, 2, 9), "needs firmware 0.3.0 or newer"), ((0, 5, 0), "was made for firmware before")):
        with pytest.raises(UsageError, match=words):
            must_run_on(shared, version, "the device")
    assert HOST_FIRMWARE < FIRMWARE_BEFORE


def unpacked(path: Path) -> Profile:
    return unpack(path).profile


@given(data=spoiled_bytes(PACKED.encode()))
@settings(max_examples=80, suppress_health_check=list(HealthCheck))
def test_spoiled_text_is_refused_or_brings_the_same_profile(path: Path, data: bytes) -> None:
    """judged: a clear error, nothing executed, no traceback. What passes the hash is what was packed."""
    profile = judged(unpacked, path, data)
    assert profile is None or profile == parse_profile(parse_toml(TEXT, "x"), where="x")


@given(tree=spoiled(tomllib.loads(PACKED)))
@settings(max_examples=80, suppress_health_check=list(HealthCheck))
def test_spoiled_values_are_refused_or_bring_the_same_profile(path: Path, tree: dict[str, object]) -> None:
    profile = judged(unpacked, path, dumps(tree).encode())
    assert profile is None or profile == parse_profile(parse_toml(TEXT, "x"), where="x")
