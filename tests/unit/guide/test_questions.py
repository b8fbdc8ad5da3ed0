"""The questions: what SAFETY asks for is asked, and every yes leads somewhere with what to do."""

from host_tools.guide.questions import questionnaire
from host_tools.regions import body
from host_tools.safety_text import POINTS

KNOWN = questionnaire()


def test_every_condition_of_the_safety_text_is_asked_and_needs_a_clinician() -> None:
    """The text that everybody confirms names them in one sentence; each has its question."""
    sentence = next(point for point in POINTS if point.startswith("Not with"))
    asked = {
        "clot": ["deep vein thrombosis", "blood thinners"],
        "fracture": ["fracture"],
        "tumour": ["tumour"],
        "veins": ["severe varicose veins"],
        "osteoporosis": ["osteoporosis"],
        "pregnancy": ["pregnancy"],
        "pacemaker": ["pacemaker"],
        "neuropathy": ["neuropathy", "numb skin"],
        "surgery": ["recent surgery"],
    }
    left = sentence
    for name, conditions in asked.items():
        assert KNOWN.history[name].consequence == "clinician"
        for condition in conditions:
            assert condition in left
            left = left.replace(condition, "")
    assert "open wounds" in left
    assert KNOWN.today["wound"].consequence == "refuse"
    rest = left.replace("open wounds", "").replace("Not with", "").replace("unless a clinician agrees.", "")
    assert set(rest.replace(",", " ").split()) <= {"or", "a", "an", "and"}, "a condition that nobody asks for"


def test_the_warning_signs_of_the_back_are_asked_for_the_back_and_end_the_session() -> None:
    signs = {"bladder", "saddle", "numb_limb", "ill", "fall", "weight", "night"}
    for place in ("back_upper", "back_lower", "spine"):
        assert signs <= set(KNOWN.today_for(place))
    assert signs <= set(KNOWN.today_for("calf", "back_lower")), "also when the back hurts and the calf is massaged"
    assert "tumour" in KNOWN.history
    assert all(KNOWN.today[name].consequence == "refuse" for name in signs)
    assert "clot_signs" in KNOWN.today_for("calf")
    assert "clot_signs" not in KNOWN.today_for("back_lower")


def test_every_question_says_why_and_what_to_do() -> None:
    assert not set(KNOWN.history) & set(KNOWN.today), "the journal keeps both in one table"
    for name, question in KNOWN.all.items():
        assert question.name == name
        assert question.text.endswith("?")
        assert question.advice.endswith(".")
        assert not question.why.endswith(".")
        assert set(question.places) <= {*body().regions, *body().never}


def test_today_is_never_a_matter_for_a_clinicians_yes() -> None:
    """What is asked about today is a warning sign: nobody can have agreed to it beforehand."""
    assert {question.consequence for question in KNOWN.today.values()} == {"refuse"}
