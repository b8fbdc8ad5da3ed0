"""`tapote session` from its first answer to its last line: scripted, on the simulated device and on paper."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from host_tools import device as device_client
from host_tools.cli.session_tell import Terminal
from host_tools.errors import TapoteError
from host_tools.guide.before import Past, for_journal
from host_tools.guide.during import During
from host_tools.guide.questions import questionnaire
from host_tools.journal.records import After, Before, DeviceSummary
from host_tools.journal.store import Journal
from host_tools.links import factory
from host_tools.links.link import LinkError
from host_tools.links.sim import SimLink
from tests.unit.cli.conftest import Tapote
from tests.unit.guide.conftest import complete

HEALTHY = ("--has", "none")
CALF = ("--experience", "some", "--where", "calf", "--pain-kind", "tight", "--pain-often", "weekly", "--pain", 4)
REST = ("--pain-size", "hand", "--pain-old", "--goal", "loosen")
ANSWERED = (*HEALTHY, *CALF, *REST)
SIM = ("session", "--device", "sim:")
SHORT = (*SIM, *ANSWERED, "--seconds", 6)
NOW = datetime.now(UTC)
QUESTIONS = questionnaire().all
HARD = [name for name, question in QUESTIONS.items() if question.consequence != "hint"]


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The journal of the test."""
    path = tmp_path / "journal.sqlite3"
    monkeypatch.setenv("TAPOTE_JOURNAL", str(path))
    return path


@pytest.fixture
def armed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Every attempt to arm a device."""
    tried: list[bool] = []
    arm = device_client.Device.arm

    def spy(self: device_client.Device, *, tethered: bool) -> list[str]:
        tried.append(tethered)
        return arm(self, tethered=tethered)

    monkeypatch.setattr(device_client.Device, "arm", spy)
    return tried


def words(text: str) -> str:
    """Without the line breaks of the screen."""
    return " ".join(text.split())


def real(file: Path, hours_ago: float, *, too_much: int = 0, pain: tuple[int, int] = (4, 4)) -> int:
    """A real session on the calf, as an earlier start of the guide kept it."""
    at = NOW - timedelta(hours=hours_ago)
    with Journal.open(file) as journal:
        number = journal.begin(
            Before(
                at,
                "calf",
                device="serial:/dev/ttyACM0",
                pain_0_10=pain[0],
                profile="swedish",
                planned_s=90,
                limit_n=35.0,
                answers=for_journal(complete(), Past()),
            )
        )
        journal.device_summary(number, DeviceSummary(90, too_much=too_much))
        journal.after(number, After(at + timedelta(seconds=90), True, pain[1]))
        return number


def test_a_whole_session_in_words(tapote: Tapote, file: Path) -> None:
    result = tapote(*SHORT, "--pain-after", 2, "--comfort", 8, "--range-before", 8, "--range-after", 10)
    assert result.code == 0, result.err
    told = words(result.out)
    for text in (
        "Your plan: Swedish on the calf, 0:06",
        "Even, light tapping in slow waves suits most muscles. You chose the length yourself.",
        "at most 35 N, as the profile asks; drive at most 45 %",
        "Let it come up to speed in the air",
        "The last seconds: lighter and lighter",
        "SIMULATED: no motor turned and nobody was touched. Done: the whole session.",
        "Tight or aching: warmth often feels best",
        "See a doctor if tenderness or a bruise is not gone after 48 hours",
        "Pain: 4 before, 2 after, 2 points lower.",
        "Knee to wall: 8 to 10 cm, 2 cm freer",
        "what changed them they do not tell",
        "Next time here not before",
    ):
        assert text in told
    with Journal.open(file) as journal:
        (record,) = journal.sessions()
    assert record.before.simulated
    assert (record.before.device, record.before.board) == ("sim:", "pico_mosfet_fsr")
    assert (record.before.pain_0_10, record.before.pain_areas, record.before.goal) == (4, ("calf",), "loosen")
    assert (record.before.limit_n, record.before.drive_pct, record.before.planned_s) == (35, 45, 6)
    assert record.before.answers["clot"] is False
    assert record.device is not None
    assert record.device.run_s == pytest.approx(6, abs=0.1)
    assert record.after is not None
    assert record.after.completed
    assert (record.after.pain_0_10, record.after.comfort_0_10) == (2, 8)
    assert record.after.range_of_motion is not None
    assert record.after.ended_at - record.before.started_at == pytest.approx(
        timedelta(seconds=7), abs=timedelta(seconds=1)
    )


def test_json_is_one_object_and_nothing_else(tapote: Tapote) -> None:
    result = tapote(*SHORT, "--json", "--too-much-at", 4, "--pain-after", 3)
    assert result.code == 0
    told = json.loads(result.out)
    assert (told["profile"], told["region"], told["rule"], told["ended"]) == ("swedish", "calf", "usual", "completed")
    assert (told["simulated"], told["paper"], told["session"]) == (True, False, 1)
    assert (told["pain_before"], told["pain_after"], told["too_much"]) == (4, 3, 1)
    (said,) = [event for event in told["events"] if event["kind"] == "too_much"]
    assert said["at_s"] == pytest.approx(4, abs=0.3)
    assert told["device_summary"]["too_much"] == 1
    assert told["limit_n"] == 35
    assert result.err == ""


def test_the_same_from_a_file(tapote: Tapote, tmp_path: Path) -> None:
    answers = {
        "history": dict.fromkeys(questionnaire().history, False),
        "today": dict.fromkeys(questionnaire().today_for("calf"), False),
        "experience": "some",
        "goal": "loosen",
        "pain": {"where": ["calf"], "kind": "tight", "often": "weekly", "score": 4, "size": "hand", "new": False},
        "during": {"comfort": 9},
        "after": {"pain": 3, "warmth": "warm", "notes": "by the fire"},
    }
    (tmp_path / "answers.json").write_text(json.dumps(answers))
    result = tapote(*SIM, "--answers", tmp_path / "answers.json", "--seconds", 2, "--json")
    assert result.code == 0, result.err
    told = json.loads(result.out)
    assert [event["value"] for event in told["events"] if event["kind"] == "comfort"] == [9]
    with Journal.open() as journal:
        after = journal.session(1).after
    assert after is not None
    assert after.notes == "by the fire; then: warm"


def test_what_is_missing_is_listed_and_nothing_moves(tapote: Tapote, armed: list[bool]) -> None:
    result = tapote(*SIM, "--where", "calf", "--pain-kind", "tight")
    result.refused(
        2, "answers are missing, and nobody is here to be asked", "history.clot", "today.wound", "pain.score"
    )
    assert "--write-answers" in result.err
    assert "Nothing has moved" in result.err
    assert not armed
    tapote(*SIM, *HEALTHY, *CALF, *REST[:-2]).refused(2, "1 answer is missing", "goal")


def test_a_template_is_written_and_read_again(tapote: Tapote, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    result = tapote("session", "--write-answers", file)
    assert result.code == 0
    assert f"tapote session --answers {file}" in words(result.out)
    tapote(*SIM, "--answers", file).refused(2, "answers are missing", "history.clot")
    tapote("session", "--write-answers", file).refused(2, "is there already")


def test_the_questions_are_listed_with_what_a_yes_means(tapote: Tapote) -> None:
    result = tapote("session", "--questions")
    assert result.code == 0
    assert all(name in result.out for name in QUESTIONS)
    assert "Yes: no session unless a clinician agrees." in words(result.out)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.sampled_from(HARD), min_size=1), st.sampled_from(["sim:", "paper"]))
def test_a_hard_contraindication_never_arms_a_device(
    tapote: Tapote, armed: list[bool], yes: set[str], where: str
) -> None:
    """Whatever else is answered: exit code 3, the reasons, nothing in the journal, no attempt to arm."""
    has = [word for name in sorted(yes) for word in ("--has", name)]
    target = ("--paper",) if where == "paper" else ("--device", "sim:")
    result = tapote("session", *target, *has, *CALF, *REST, "--json")
    result.refused(3, "no session", *(QUESTIONS[name].advice for name in yes))
    assert armed == []
    with Journal.open() as journal:
        assert journal.sessions() == []


def test_a_clinicians_yes_lets_a_condition_through_and_is_kept(tapote: Tapote) -> None:
    has = ("--has", "pregnancy", *CALF, *REST, "--seconds", 2)
    tapote(*SIM, *has).refused(3, "Pregnancy: no session, unless a clinician agrees")
    assert tapote(*SIM, *has, "--clinician-agrees", "pregnancy").code == 0
    result = tapote(*SIM, "--unchanged", *HEALTHY, *CALF[2:], *REST, "--seconds", 2)
    assert result.code == 0, result.err
    with Journal.open() as journal:
        answers = journal.sessions()[-1].before.answers
    assert answers["pregnancy"] is True
    assert answers["clinician_agrees.pregnancy"] is True


@pytest.mark.parametrize("place", ["neck", "Spine", "kidneys", "groin"])
def test_a_no_go_place_is_refused(tapote: Tapote, armed: list[bool], place: str) -> None:
    tapote(*SHORT, "--region", place).refused(3, "Tapote is never used on the")
    assert not armed


@pytest.mark.parametrize(
    ("args", "texts"),
    [
        (["--pain", 11], ["pain.score: 11", "0 to 10"]),
        (["--goal", "win", "--pain-kind", "blue"], ["goal", "pain.kind"]),
        (["--region", "claf"], ['Did you mean "calf"?']),
        (["--profile", "swedihs"], ["swedihs", "Did you mean"]),
        (["--seconds", 0], ["choose.seconds"]),
        (["--seconds", 700], ["1 to 600 s"]),
        (["--range-before", 99], ["range: 99 is out of range", "knee to wall"]),
        (["--has", "pregnency"], ["pregnency", 'Did you mean "pregnancy"?']),
        (["--paper"], ["--paper", "--device"]),
        (["--clinician-agrees", "wound"], ["a clinician's yes does not lift this"]),
        (["--person", "gentle"], ["no such option"]),
    ],
)
def test_bad_input_is_one_clear_message(
    tapote: Tapote, armed: list[bool], args: list[object], texts: Sequence[str]
) -> None:
    base = [*SIM, *ANSWERED] if "--goal" not in args and "--pain" not in args else [*SIM, *HEALTHY, *CALF[:-2]]
    result = tapote(*base, *args)
    result.refused(2, *texts)
    assert not armed


def test_an_adaptation_really_reaches_the_device(tapote: Tapote, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two real sessions with "too much": limit and drive of every phase that is uploaded are lower, and --no-adapt
    brings them back."""
    for hours in (80, 100):
        real(file, hours, too_much=2)
    sent: list[Any] = []
    upload = device_client.Device.upload

    def spy(self: device_client.Device, program: Any) -> int:
        sent.append(program)
        return upload(self, program)

    monkeypatch.setattr(device_client.Device, "upload", spy)
    told = [json.loads(tapote(*SHORT, *extra, "--json").out) for extra in ((), ("--no-adapt",))]
    assert told[0]["limit_scale"] < 1
    assert told[1]["limit_scale"] == 1
    less, full = sent
    for gentler, written in zip(less.phases, full.phases, strict=True):
        assert gentler.limit_mn == int(written.limit_mn * told[0]["limit_scale"])
        assert gentler.drive_to_permille == int(written.drive_to_permille * told[0]["drive_scale"])
    assert told[0]["device_summary"]["peak_force_n"] < told[1]["device_summary"]["peak_force_n"]
    assert 'because you said "too much" twice' in told[0]["adaptation"]
    assert told[1]["adaptation"] is None


def test_the_daily_limit_is_a_refusal(tapote: Tapote, file: Path, armed: list[bool]) -> None:
    at = NOW - timedelta(hours=3)
    with Journal.open(file) as journal:
        for _ in range(2):
            number = journal.begin(Before(at, "calf", planned_s=900))
            journal.device_summary(number, DeviceSummary(900))
    tapote(*SHORT).refused(3, "30 minutes of the last 24 hours are used up", "Rest until tomorrow")
    assert not armed


def test_a_device_that_vanishes_leaves_its_record(tapote: Tapote, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    advance = SimLink.advance

    def pulled(self: SimLink, seconds: float) -> None:
        if self.now_s() > 5.0:
            raise LinkError("sim: has gone", cause="lost", fix="Plug it in again.")
        advance(self, seconds)

    monkeypatch.setattr(SimLink, "advance", pulled)
    result = tapote(*SIM, *ANSWERED, "--seconds", 20)
    assert result.code == 1
    assert "the session broke off after" in result.err
    assert "sim: has gone. What happened until then is in the journal." in words(result.err)
    assert "Plug it in again." in result.err
    assert "Traceback" not in result.err
    with Journal.open(file) as journal:
        (record,) = journal.sessions()
    assert record.events[-1].kind == "device_lost"
    assert record.device is not None
    assert record.device.run_s > 2
    assert record.after is not None
    assert not record.after.completed


def test_ctrl_c_stops_the_device_and_keeps_the_session(
    tapote: Tapote, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = During.work
    links: list[SimLink] = []
    opened = factory.open_link

    def open_link(url: Any) -> Any:
        link = opened(url)
        assert isinstance(link, SimLink)
        links.append(link)
        return link

    def interrupted(self: During, seconds: float) -> None:
        work(self, seconds)
        if self.course.run_s > 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(factory, "open_link", open_link)
    monkeypatch.setattr(During, "work", interrupted)
    result = tapote(*SIM, *ANSWERED, "--seconds", 20)
    assert result.code == 130
    assert "Stopped after 4 s. What happened until then is in the journal." in result.err
    assert not links[0].app.session.moving()
    with Journal.open(file) as journal:
        (record,) = journal.sessions()
    assert [event.detail for event in record.events if event.kind == "stop"] == ["by Ctrl-C"]
    assert record.device is not None
    assert record.device.run_s == pytest.approx(4.1, abs=0.3)


def test_a_reader_that_has_gone_stops_the_device_and_the_session_is_kept(
    tapote: Tapote, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when its terminal is closed: printing fails while the motor runs."""

    def say(self: Terminal, text: str = "", indent: int = 0) -> None:
        if "0:03" in text:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(Terminal, "say", say)
    assert tapote(*SHORT).code == 1
    with Journal.open(file) as journal:
        (record,) = journal.sessions()
    assert [event.detail for event in record.events if event.kind == "stop"] == ["nobody reads"]
    assert record.device is not None
    assert record.device.run_s == pytest.approx(3, abs=0.3)


def test_a_fault_ends_it_with_1_after_the_care(tapote: Tapote, file: Path) -> None:
    result = tapote("session", "--device", "sim:?press=120", *ANSWERED, "--seconds", 8)
    assert result.code == 1
    assert "FORCE_TRIP: Force above the trip. Press less." in words(result.out)
    assert "See a doctor if" in words(result.out)
    with Journal.open(file) as journal:
        (record,) = journal.sessions()
    assert [event.detail for event in record.events if event.kind == "fault"] == ["FORCE_TRIP"]
    assert record.device is not None
    assert record.device.faults == ("FORCE_TRIP",)


def test_a_device_that_refuses_leaves_no_session(tapote: Tapote, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_client.Device, "arm", lambda self, *, tethered: ["BATTERY: Charge it."])
    result = tapote(*SHORT)
    assert result.code == 1
    assert "BATTERY: Charge it." in result.err
    with Journal.open(file) as journal:
        assert journal.sessions() == []


def test_on_paper_the_clock_guides_and_the_journal_says_so(tapote: Tapote, file: Path) -> None:
    result = tapote("session", "--paper", *ANSWERED, "--pain-after", 3, "--too-much-at", 30)
    assert result.code == 0, result.err
    told = words(result.out)
    assert "0:20 Long slow lines along the muscle" in told
    assert "Too much: press less and set your device lower" in told
    assert "Done: the whole session." in told
    assert "SIMULATED" not in told
    with Journal.open(file) as journal:
        (record,) = journal.sessions()
    assert (record.before.device, record.before.simulated, record.before.limit_n) == ("", False, None)
    assert record.device is None
    assert record.seconds == pytest.approx(90)


def test_a_paper_session_as_fast_as_can_be_is_no_real_one(tapote: Tapote, file: Path) -> None:
    result = tapote("session", "--paper", "--fast", *ANSWERED, "--pain-after", 3)
    assert result.code == 0, result.err
    assert "SIMULATED" in result.out
    with Journal.open(file) as journal:
        (record,) = journal.sessions()
        assert record.before.simulated
        assert journal.minutes_today(record.ended_at) == 0


def test_without_a_journal_nothing_is_kept(tapote: Tapote, file: Path) -> None:
    assert tapote(*SIM, *ANSWERED, "--seconds", 1, "--no-journal").code == 0
    assert not file.exists()


def test_a_journal_that_cannot_be_used_is_told_before_anything_moves(
    tapote: Tapote, tmp_path: Path, armed: list[bool]
) -> None:
    (tmp_path / "text.sqlite3").write_text("this is no journal, but it is long enough to be one" * 50)
    result = tapote(*SHORT, "--journal", tmp_path / "text.sqlite3")
    assert result.code in (1, 2)
    assert "Fix: " in result.err
    assert not armed


def test_a_journal_that_fails_at_the_end_does_not_hide_what_happened(
    tapote: Tapote, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Journal, *args: object) -> None:
        raise TapoteError("the disk is full", fix="Make room.")

    monkeypatch.setattr(Journal, "device_summary", full)
    work = During.work

    def gone(self: During, seconds: float) -> None:
        work(self, seconds)
        if self.course.run_s > 3:
            raise LinkError("sim: has gone", cause="lost")

    monkeypatch.setattr(During, "work", gone)
    result = tapote(*SHORT)
    assert result.code == 1
    told = words(result.err)
    assert "sim: has gone. The journal has its start, but not all that followed: the disk is full" in told


def test_a_follow_up_is_kept_even_when_there_is_no_session_today(tapote: Tapote, file: Path, tmp_path: Path) -> None:
    number = real(file, 60)
    (tmp_path / "a.toml").write_text("[follow_up]\nsoreness = 5\nbruise = true\ngone = false\n")
    tapote(*SHORT, "--answers", tmp_path / "a.toml").refused(3, "was not gone after 48 hours", "See a doctor")
    with Journal.open(file) as journal:
        follow_up = journal.session(number).follow_up
    assert follow_up is not None
    assert (follow_up.soreness_0_10, follow_up.bruise, follow_up.gone_within_48h) == (5, True, False)


def test_what_changed_looks_back_at_sessions_of_the_same_kind(tapote: Tapote, file: Path) -> None:
    for hours, pain in ((400, (5, 3)), (300, (6, 3))):
        real(file, hours, pain=pain)
    result = tapote("session", "--paper", *ANSWERED, "--seconds", 20, "--pain-after", 1)
    assert "In your last 2 sessions here: 2.5 points lower (median)." in words(result.out)
    assert "In your last" not in tapote(*SIM, *ANSWERED, "--seconds", 1, "--pain-after", 1).out
