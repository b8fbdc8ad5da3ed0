"""What the journal remembers, what is missing, and what an earlier session refuses today."""

from datetime import datetime, timedelta

import pytest

from host_tools.guide import before
from host_tools.guide.answers import parse_answers
from host_tools.guide.before import Past, missing, recall, situation, with_history
from host_tools.guide.plan import NoSessionError
from host_tools.guide.questions import questionnaire
from host_tools.journal.records import After, Before, FollowUp
from host_tools.journal.store import Journal
from tests.unit.guide.conftest import NOW, complete, table

HOUR = timedelta(hours=1)


def kept(
    journal: Journal,
    at: datetime,
    *,
    simulated: bool = False,
    has: tuple[str, ...] = ("none",),
    agrees: tuple[str, ...] = (),
    minutes: float = 5.0,
) -> int:
    """A session on the calf, as the guide keeps one."""
    answers = complete(has, clinician_agrees=list(agrees))
    number = journal.begin(
        Before(at, "calf", simulated=simulated, planned_s=900, answers=before.for_journal(answers, Past()))
    )
    journal.after(number, After(at + timedelta(minutes=minutes), completed=True))
    return number


def test_without_a_journal_nothing_is_known() -> None:
    assert recall(None, NOW) == Past()
    assert Past().minutes_left == 30


def test_a_session_is_remembered(journal: Journal) -> None:
    kept(journal, NOW - 5 * HOUR, has=("pregnancy",), agrees=("pregnancy",))
    past = recall(journal, NOW)
    assert past.sessions == 1
    assert past.experience == "some"
    assert past.minutes_left == 25
    assert past.due == ()
    assert past.history is not None
    assert past.history.answers["pregnancy"] is True
    assert past.history.agreed == ("pregnancy",)


def test_nothing_is_asked_twice(journal: Journal) -> None:
    kept(journal, NOW - 5 * HOUR, has=("pregnancy",), agrees=("pregnancy",))
    past = recall(journal, NOW)
    raw = table()
    del raw["history"], raw["experience"]
    assert missing(parse_answers(raw, "answers"), past) == ["history_unchanged"]
    answers = with_history(parse_answers(raw | {"history_unchanged": True}, "answers"), past)
    assert missing(answers, past) == []
    assert answers.history["pregnancy"] is True
    assert before.check(answers, past).agreed == ("pregnancy",)
    changed = parse_answers(raw | {"history_unchanged": False}, "answers")
    assert missing(changed, past) == [f"history.{name}" for name in questionnaire().history]


def test_unchanged_without_a_history_leaves_every_question_open() -> None:
    raw = table()
    del raw["history"]
    left = missing(parse_answers(raw | {"history_unchanged": True}, "answers"), Past())
    assert left == [f"history.{name}" for name in questionnaire().history]


def test_an_old_history_and_one_with_a_gap_are_asked_again(journal: Journal) -> None:
    kept(journal, NOW - timedelta(days=91))
    journal.begin(Before(NOW - 50 * HOUR, "calf", answers={"clot": False}))
    past = recall(journal, NOW)
    assert past.history is None
    assert past.sessions == 2


def test_simulated_sessions_give_no_experience_and_take_no_minutes(journal: Journal) -> None:
    kept(journal, NOW - HOUR, simulated=True)
    past = recall(journal, NOW)
    assert past.sessions == 0
    assert past.minutes_left == 30
    assert past.history is not None, "but what was said about health counts"
    assert past.experience == "some", "as it was said then"


def test_no_minutes_are_left_below_nothing(journal: Journal) -> None:
    for hours in (2, 3, 4):
        kept(journal, NOW - hours * HOUR, minutes=15)
    assert recall(journal, NOW).minutes_left == 0


def test_a_follow_up_is_due_until_it_or_a_later_one_is_told(journal: Journal) -> None:
    old = kept(journal, NOW - 100 * HOUR)
    new = kept(journal, NOW - 60 * HOUR)
    kept(journal, NOW - 20 * HOUR)
    past = recall(journal, NOW)
    assert [record.id for record in past.due] == [old, new]
    before.keep_follow_up({"soreness": 2}, past, journal, NOW)
    assert journal.session(new).follow_up == FollowUp(NOW, 2)
    assert recall(journal, NOW).due == (), "nobody remembers the one before by now"


@pytest.mark.parametrize("told", [None, {"soreness": 12}, {"sore": 1}, 7, {}])
def test_a_follow_up_that_is_none_writes_nothing(journal: Journal, told: object) -> None:
    number = kept(journal, NOW - 60 * HOUR)
    before.keep_follow_up(told, recall(journal, NOW), journal, NOW)
    assert journal.session(number).follow_up is None


def test_what_has_not_healed_refuses_that_region_until_a_doctor_has_seen_it(journal: Journal) -> None:
    kept(journal, NOW - 60 * HOUR)
    past = recall(journal, NOW)
    sore: dict[str, object] = {"soreness": 5, "bruise": True, "gone": False}
    with pytest.raises(NoSessionError, match="at the calf was not gone after 48 hours") as error:
        before.check(complete(follow_up=sore), past)
    assert error.value.exit_code == 3
    assert before.check(complete(follow_up=sore, pain_where=["shoulder"]), past).allowed
    assert before.check(complete(follow_up=sore | {"saw_doctor": True}), past).allowed
    assert before.check(complete(follow_up=sore | {"gone": True}), past).allowed


def test_every_reason_is_in_a_refusal() -> None:
    with pytest.raises(NoSessionError) as error:
        before.check(complete(("pregnancy", "night", "clot"), clinician_agrees=["clot"]), Past())
    assert error.value.message.count("\n  - ") == 2
    assert "Pregnancy: no session, unless a clinician agrees" in error.value.message
    assert "Night pain: no session today" in error.value.message


def test_missing_follows_what_was_said() -> None:
    raw = table()
    del raw["pain"], raw["today"]
    assert missing(parse_answers(raw, "a"), Past()) == ["pain.where", "pain.kind"]
    raw["pain"] = {"where": ["calf"], "kind": "dull"}
    left = missing(parse_answers(raw, "a"), Past())
    assert left[:4] == ["pain.score", "pain.often", "pain.size", "pain.new"]
    assert "today.clot_signs" in left
    assert "today.night" not in left, "not asked for the calf"
    raw["pain"]["kind"] = "none"
    assert all(key.startswith("today.") for key in missing(parse_answers(raw, "a"), Past()))


def test_warning_signs_of_the_back_are_asked_when_it_hurts_though_the_calf_is_massaged() -> None:
    raw = table(pain_where=["spine", "calf"])
    del raw["today"]
    assert {"today.saddle", "today.clot_signs"} <= set(missing(parse_answers(raw, "a"), Past()))
    raw = table(pain_where=["back_lower"], choose_region="calf")
    del raw["today"]
    assert {"today.saddle", "today.clot_signs"} <= set(missing(parse_answers(raw, "a"), Past()))


def test_the_situation(journal: Journal) -> None:
    kept(journal, NOW - 5 * HOUR, minutes=0)
    lately = journal.sessions()[-1]
    past = recall(journal, NOW)
    now = situation(complete(), past, lately, NOW)
    assert (now.region, now.kind, now.score, now.sessions) == ("calf", "tight", 4, 1)
    assert now.hours_since == 5
    assert not now.first_time
    assert situation(complete(), past, lately, NOW + 48 * HOUR).hours_since is None
    assert situation(complete(experience="none"), Past(), None, NOW).first_time
    nothing = situation(complete(pain_kind="none"), past, None, NOW)
    assert (nothing.kind, nothing.score, nothing.often) == ("none", 0, "never"), "a score without pain counts nothing"
