"""A first profile from a few answers: whatever they are, it is valid, explained, and within what the regions allow."""

from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from host_tools.boards import list_boards, load_board
from host_tools.profiles.draft import SECONDS_MAX, SECONDS_MIN, STRENGTHS, Answers, draft, strongest
from host_tools.profiles.lint import lint
from host_tools.profiles.model import Burst, Swell, Technique, parse_profile
from host_tools.profiles.techniques import techniques
from host_tools.regions import body, get_region
from host_tools.toml_read import parse_toml

BOARDS = [load_board(name) for name in list_boards()]
# Hints on what the person chose, or on a board that allows less than the region: all others would be the draft's fault.
CHOICES = ("one spot", "is no technique for", "the board wins")
PLACES = st.lists(st.sampled_from(list(body().regions.values())), min_size=1, max_size=4, unique_by=lambda r: r.name)
ANSWERS = st.builds(
    Answers,
    st.sampled_from(["Mine", 'So-called "deep"', "tab\tand \\"]),
    st.sampled_from(list(techniques())),
    PLACES.map(tuple),
    st.one_of(st.integers(SECONDS_MIN, SECONDS_MAX), st.floats(SECONDS_MIN, SECONDS_MAX).map(lambda s: round(s, 1))),
    st.sampled_from(list(STRENGTHS)),
    st.sampled_from(["steady", "swell", "burst"]),
    st.sampled_from(["", "Ada"]),
)


def test_every_technique_is_described() -> None:
    assert set(techniques()) == set(get_args(Technique))


@given(ANSWERS)
@settings(max_examples=80)
def test_a_draft_is_valid_and_has_no_mistake_that_a_hint_would_name(answers: Answers) -> None:
    profile, text = draft(answers)
    assert parse_profile(parse_toml(text, "draft"), where="draft") == profile
    assert profile.duration_s == sum(phase.duration_s for phase in profile.phase)
    assert abs(profile.duration_s - answers.seconds) < 1e-6
    for region in answers.regions:
        for board in BOARDS:
            hints = [str(hint) for hint in lint(profile, board, region)]
            assert [hint for hint in hints if not any(choice in hint for choice in CHOICES)] == []
        for phase in profile.phase:
            assert phase.limit is not None
            assert 5 <= phase.limit.force_n <= region.force_mn / 1000
            assert max(phase.drive_pct.start, phase.drive_pct.end) <= region.drive_pct


@given(ANSWERS)
@settings(max_examples=30)
def test_the_rhythm_is_the_one_that_was_asked_for(answers: Answers) -> None:
    rhythm = draft(answers)[0].phase[1].rhythm
    assert rhythm.kind == answers.rhythm
    if isinstance(rhythm, Swell | Burst):
        assert rhythm.period_s <= draft(answers)[0].phase[1].duration_s / 2


def test_the_most_delicate_region_decides() -> None:
    # swedish, medium: 75 % of the palm's 25 N = 18.75, rounded 19 N; 50 % of its 50 % drive = 25 %.
    hand, glutes = get_region("hand"), get_region("glutes")
    assert strongest("swedish", (glutes, hand), "medium") == (19, 25)


def test_gentle_is_less_and_firm_is_more() -> None:
    for technique in techniques():
        gentle, medium, firm = (strongest(technique, (get_region("thigh"),), level) for level in STRENGTHS)
        assert gentle[0] < medium[0] <= firm[0]
        assert gentle[1] < medium[1] < firm[1]


def test_the_numbers_are_explained_beside_them() -> None:
    _, text = draft(Answers("Mine", "swedish", (get_region("calf"),), 90, "medium", "swell"))
    # 75 % of the calf's 35 N = 26.25, rounded 26 N; the drive fades from 60 % of that on: 15.6 N.
    assert "limit = { force_n = 26 }" in text
    assert "# the calf allows 35 N; drive fades from 16 N" in text
    assert "# strokes a minute: 25 a second" in text
    assert text.count("#") > 8
