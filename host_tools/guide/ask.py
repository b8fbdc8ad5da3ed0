"""The questionnaire with a person: asks what is missing, nothing twice, and stops at the first answer that refuses."""

from typing import Any

from host_tools.body_map import pain_areas, terminal_map
from host_tools.guide import talk as say
from host_tools.guide.answers import Answers, parse_answers
from host_tools.guide.before import History, Past, check, missing, with_history
from host_tools.guide.questions import Question, questionnaire
from host_tools.guide.talk import Talk
from host_tools.journal import signs
from host_tools.journal.places import title
from host_tools.journal.records import SessionRecord
from host_tools.regions import Region, body

KINDS = (
    ("none", "nothing hurts; I want it for other reasons"),
    ("tight", "tight, stiff"),
    ("sore", "sore, as after exercise"),
    ("dull", "dull, aching"),
    ("throbbing", "throbbing, pulsing"),
    ("sharp", "sharp, stabbing"),
    ("burning", "burning"),
    ("radiating", "radiating, it travels down an arm or a leg"),
    ("tingling", "tingling, pins and needles"),
    ("other", "something else"),
)
OFTEN = (
    ("never", "it is new, I have not had it before"),
    ("monthly", "now and then, about once a month"),
    ("weekly", "about every week"),
    ("daily", "every day"),
    ("constant", "always"),
)
SIZES = (("point", "one point"), ("hand", "about as large as a hand"), ("large", "larger than that"))
GOALS = (
    ("loosen", "to loosen tight or sore muscles"),
    ("relax", "to relax"),
    ("warm-up", "to warm up before sport"),
    ("recover", "to recover after sport"),
    ("desk-break", "a break from sitting"),
)
EXPERIENCE = (("none", "no, or not for long"), ("some", "yes"))
SOURCE = "your answers"
GREETING = (
    "Some questions first, then a plan; nothing moves before you say so. This is no diagnosis and no medical advice."
    " Your answers stay on this computer. Ctrl-C leaves at any time."
)


class Questionnaire:
    """Fills what is missing in a table of answers. The table is that of the answers file."""

    def __init__(self, talk: Talk, raw: dict[str, Any], past: Past, *, greet: bool = True) -> None:
        """greet: say first what is coming, if anything has to be asked."""
        self._talk = talk
        self._past = past
        self._agreed_asked: set[str] = set()
        self._greeted = not greet
        self.raw = raw

    def answers(self) -> Answers:
        """The answers so far, with the kept history where nothing has changed."""
        return with_history(parse_answers(self.raw, SOURCE), self._past)

    def fill(self) -> Answers:
        """Ask until nothing is missing. NoSessionError at the first group of answers that allows no session."""
        if not self._greeted and (missing(self.answers(), self._past) or self._past.due):
            self._greeted = True
            self._talk.say(GREETING)
        if self._past.due and "follow_up" not in self.raw:
            self._follow_up(self._past.due[-1])
        while True:
            answers = self.answers()
            self._clinician(answers)
            answers = self.answers()
            check(answers, self._past)
            left = missing(answers, self._past)
            if not left:
                return answers
            self._step(left)

    def _step(self, left: list[str]) -> None:
        """Ask the first thing that is missing; yes/no questions together with those beside them."""
        section, _, key = left[0].partition(".")
        questions = questionnaire()
        if section == "history_unchanged":
            self._unchanged()
        elif section == "history":
            names = [name.partition(".")[2] for name in left if name.startswith("history.")]
            self._group("history", {name: questions.history[name] for name in names})
        elif section == "today":
            names = [name.partition(".")[2] for name in left if name.startswith("today.")]
            self._group("today", {name: questions.today[name] for name in names})
        elif section == "experience":
            self.raw["experience"] = say.choice(self._talk, "Have you used a massage device before?", EXPERIENCE)
        elif section == "goal":
            self.raw["goal"] = say.choice(self._talk, "What is the session for?", GOALS)
        else:
            self._pain(key)

    def _unchanged(self) -> None:
        history = self._past.history
        assert history is not None  # it is what makes this missing
        self._talk.say(history_words(history))
        self.raw["history_unchanged"] = not say.yes_no(self._talk, "Has anything of that changed?")

    def _group(self, group: str, questions: dict[str, Question]) -> None:
        heading = "Your health. Does any of these apply to you?" if group == "history" else "And today, any of these?"
        chosen = say.several(self._talk, heading, [question.text for question in questions.values()])
        table = self.raw.setdefault(group, {})
        for at, name in enumerate(questions):
            table[name] = at in chosen

    def _clinician(self, answers: Answers) -> None:
        """Ask about a clinician's yes, once for each condition that needs one."""
        for name in sorted(answers.yes - set(answers.clinician_agrees) - self._agreed_asked):
            question = questionnaire().all[name]
            if question.consequence != "clinician":
                continue
            self._agreed_asked.add(name)
            asked = f"You named: {question.short}. Has a doctor or another clinician who knows about it said that"
            self._talk.say(f"{asked} percussion massage is fine for you?")
            if say.yes_no(self._talk, "A clinician agrees?"):
                self.raw["clinician_agrees"] = [*self.raw.get("clinician_agrees", ()), name]

    def _pain(self, key: str) -> None:
        pain = self.raw.setdefault("pain", {})
        if key == "where":
            pain["where"] = self._places()
        elif key == "kind":
            pain["kind"] = say.choice(self._talk, "What does it feel like?", KINDS)
        elif key == "score":
            pain["score"] = _whole(say.number(self._talk, "How strong is it now? 0 none, 10 the worst", 0, 10))
        elif key == "often":
            pain["often"] = say.choice(self._talk, "How often is it there?", OFTEN)
        elif key == "size":
            pain["size"] = say.choice(self._talk, "How large is the place?", SIZES)
        else:
            pain["new"] = say.yes_no(self._talk, "Did it begin within the last two days?")

    def _places(self) -> list[str]:
        """Places on the map; at least one that Tapote may work on."""
        areas = pain_areas()
        self._talk.say()
        self._talk.say("Where does it hurt, or where do you want the massage?")
        for line in terminal_map(pain=True):
            self._talk.say(line)
        while True:
            prompt = "Numbers, the worst place first: "
            chosen = [areas[at] for at in say.numbers(self._talk, prompt, len(areas), zero=False)]
            for area in chosen:
                if not area.allowed:
                    self._talk.say(f"{area.reason} {area.see}".strip())
            if any(area.allowed for area in chosen):
                return [area.name for area in chosen]
            self._talk.say(f"Name a place from 1 to {len(body().regions)} too, if you want a session there.")

    def _follow_up(self, record: SessionRecord) -> None:
        """How the last session was two days later."""
        before = record.before
        self._talk.say(
            f"On {signs.day(before.started_at)} you had a session on the {title(before.region)}. How was it after?"
        )
        told: dict[str, Any] = {
            "soreness": _whole(say.number(self._talk, "Soreness in the two days after? 0 none, 10 the worst", 0, 10)),
            "bruise": say.yes_no(self._talk, "Was there a bruise?"),
        }
        if told["soreness"] or told["bruise"]:
            told["gone"] = say.yes_no(self._talk, "Was all of it gone after 48 hours?")
            if not told["gone"]:
                told["saw_doctor"] = say.yes_no(self._talk, "Has a doctor seen it?")
        self.raw["follow_up"] = told


def history_words(history: History) -> str:
    """What the person said about their health before, in one sentence."""
    questions = questionnaire().history
    applies = [
        questions[name].short + (" (a clinician agrees)" if name in history.agreed else "")
        for name, answer in history.answers.items()
        if answer
    ]
    what = "applies: " + ", ".join(applies) if applies else "none of the questions about your health applies"
    return f"On {signs.day(history.at)} you said that {what}."


def measure(talk: Talk, region: Region, *, again: bool) -> float | None:
    """The range of motion of a region; None when the person leaves it out."""
    motion = region.range_of_motion
    if again:
        talk.say(f"{motion.title} once more, in the same way.")
    else:
        talk.say()
        talk.say(f"If you like, measure how far you can move: {motion.title.lower()}.")
        for at, step in enumerate(motion.how, 1):
            talk.say(f"  {at:>2}  {step}", 6)
    return say.number(talk, f"In {motion.unit}", motion.low, motion.high, whole=False, skip=True)


def _whole(value: float | None) -> int:
    return round(value or 0)
