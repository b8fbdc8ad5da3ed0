"""What the answers lead to. The invariants: a hard yes refuses whatever else is said, and nothing lifts it."""

from hypothesis import given
from hypothesis import strategies as st

from host_tools.guide.questions import questionnaire
from host_tools.guide.screening import screen
from host_tools.regions import region_names

ALL = questionnaire().all
HARD = [name for name, question in ALL.items() if question.consequence == "refuse"]
CLINICIAN = [name for name, question in ALL.items() if question.consequence == "clinician"]
SOME = st.sets(st.sampled_from(sorted(ALL)))
REGION = st.sampled_from(region_names())


def test_nothing_said_nothing_refused() -> None:
    assert screen((), (), "calf").allowed


@given(SOME, st.sampled_from(HARD), SOME, REGION)
def test_a_hard_yes_refuses_whatever_a_clinician_said(yes: set[str], hard: str, agrees: set[str], region: str) -> None:
    verdict = screen(yes | {hard}, agrees, region)
    assert not verdict.allowed
    assert hard in verdict.refused_by


@given(SOME, SOME, REGION)
def test_allowed_exactly_when_nothing_hard_and_every_condition_is_agreed_to(
    yes: set[str], agrees: set[str], region: str
) -> None:
    verdict = screen(yes, agrees, region)
    assert verdict.allowed == (not yes & set(HARD) and yes & set(CLINICIAN) <= agrees)
    assert set(verdict.agreed) <= yes & agrees & set(CLINICIAN)


@given(SOME, st.sampled_from(CLINICIAN), REGION)
def test_a_clinicians_yes_counts_for_its_own_condition_only(agrees: set[str], condition: str, region: str) -> None:
    verdict = screen({condition}, agrees - {condition}, region)
    assert verdict.refused_by == (condition,)


def test_a_refusal_is_one_sentence_with_the_reason_and_then_what_to_do() -> None:
    (text,) = screen({"saddle"}, (), "back_lower").refusals
    assert text.startswith("Saddle numbness: no session today, because the nerves")
    assert text.endswith("Go to an emergency department now; hours matter.")
    (text,) = screen({"pregnancy"}, (), "calf").refusals
    assert "no session, unless a clinician agrees, because" in text


def test_a_hint_refuses_nothing() -> None:
    verdict = screen({"other_care"}, (), "calf")
    assert verdict.allowed
    assert "follow them where they disagree" in verdict.hints[0]
