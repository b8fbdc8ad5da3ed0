"""Device URLs: what they set, and everything that is wrong with them at once."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.errors import UsageError
from host_tools.links.url import OPTIONS, SCHEMES, DeviceUrl, World, parse


@pytest.mark.parametrize("scheme", ["sim", "virtual"])
def test_the_bare_scheme_is_the_default_world(scheme: str) -> None:
    assert parse(f"{scheme}:") == parse(f"{scheme}:?") == DeviceUrl(scheme, World())


def test_every_option_reaches_its_field() -> None:
    url = parse(
        "virtual:?board=b.toml&tissue=soft&region=calf&person=heavy&seconds=12.5&seed=7&press=30&effort=0.5&charge=0.4"
        "&realtime=1&state=board.bin"
    )
    assert url.world == World(
        board="b.toml",
        tissue="soft",
        region="calf",
        person="heavy",
        seconds=12.5,
        seed=7,
        press_n=30.0,
        effort=0.5,
        charge=0.4,
        realtime=True,
        state="board.bin",
    )
    assert url.given == {field for field, _, _ in OPTIONS.values()}


def test_the_command_line_fills_in_what_the_url_leaves_open() -> None:
    url = parse("sim:?tissue=soft").with_defaults(tissue="firm", seconds=30.0, region=None)
    assert (url.world.tissue, url.world.seconds, url.world.region) == ("soft", 30.0, World().region)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", ["no device URL"]),
        ("sim", ["no device URL"]),
        ("/dev/ttyACM0", ["no device URL"]),
        ("smi:", ["no device URL"]),
        ("sim:soft", ["after sim: comes nothing, or ?"]),
        ("sim://x", ["after sim: comes nothing, or ?"]),
        ("sim:?tisue=soft", ["unknown option 'tisue'", "did you mean tissue?"]),
        ("sim:?seconds=long", ["seconds=long is not a number of seconds"]),
        ("sim:?press=nan&charge=inf", ["press=nan is not", "charge=inf is not"]),
        ("sim:?press=1e999", ["press=1e999 is not"]),
        ("sim:?seed=1.5", ["seed=1.5 is not a whole number"]),
        ("sim:?seed", ["seed= is not"]),
        ("sim:?realtime=yes", ["realtime=yes is not 0 or 1"]),
        ("sim:?seed=1&tissue=soft&seed=1&seed=2", ["seed= is there more than once"]),
        ("sim:?seed=x&seed=2", ["seed=x is not a whole number", "seed= is there more than once"]),
        ("serial:/dev/ttyACM0?simulated=1?simulated=1", ["an option that serial: does not know"]),
        ("sim:?a=1&seed=x&b=2&press=y", ["'a'", "seed=x", "'b'", "press=y"]),
    ],
)
def test_everything_wrong_is_said_at_once(url: str, words: list[str]) -> None:
    with pytest.raises(UsageError) as error:
        parse(url)
    for word in words:
        assert word in error.value.message
    assert error.value.exit_code == 2
    assert error.value.fix


def test_a_near_miss_is_named() -> None:
    with pytest.raises(UsageError) as error:
        parse("virtul:")
    assert error.value.fix.startswith("Did you mean virtual:?")


@given(st.text(max_size=40), st.sampled_from(["", "sim:", "virtual:", "sim:?", "sim:?seed=", "sim:?press="]))
def test_any_text_is_a_url_or_a_usage_error(text: str, start: str) -> None:
    with contextlib.suppress(UsageError):
        assert parse(start + text).scheme in SCHEMES
