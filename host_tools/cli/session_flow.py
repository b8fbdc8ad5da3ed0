"""`tapote session`, step by step: device, journal, questions, plan, session, care, comparison."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from host_tools.cli import on_device, screen, session_play, session_tell
from host_tools.cli.session_form import Form, LeftError
from host_tools.errors import TapoteError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from host_tools.boards import Board
    from host_tools.guide.guided import Guided
    from host_tools.guide.keeping import Keeper
    from host_tools.guide.ready import Ready
    from host_tools.journal.records import After, Before
    from host_tools.journal.store import Journal
    from host_tools.links.url import DeviceUrl


class Flow:
    """One session from its first question to its last. raw: the answers so far, as in the answers file."""

    def __init__(self, raw: dict[str, Any], *, yes: bool, fast: bool, as_json: bool, adapt: bool) -> None:
        """yes: ask nothing; fast: let simulated time fly; as_json: stdout is for the result alone."""
        shown = sys.stderr if as_json else sys.stdout
        self.yes = yes
        self.as_json = as_json
        self.adapt = adapt
        self.out = session_tell.Terminal(err=as_json)
        self.form = Form(self.out, raw, asks=not yes and sys.stdin.isatty() and shown.isatty())
        self.fast = fast
        self.live = self.form.asks and not fast
        self.silent = as_json and not self.form.asks

    def run(self, device: str | None, *, paper: bool, journal_path: Path | None, keep: bool) -> None:
        """All of it. Raises TapoteError and typer.Exit with the exit codes that `tapote session --help` names."""
        url, board = self._device(device, paper)
        try:
            if not keep:
                self._session(url, board, None)
                return
            from host_tools.journal.store import Journal

            with Journal.open(journal_path) as journal:
                self._session(url, board, journal)
        except LeftError:
            screen.note("Left. Nothing has moved.")

    def _device(self, device: str | None, paper: bool) -> "tuple[DeviceUrl | None, Board]":
        """The device and its board, found before the first question. None on paper."""
        from host_tools.boards import DEFAULT_BOARD, load_board

        if paper:
            if device is not None:
                raise UsageError("--paper means without a device, yet --device names one", fix="Keep one of them.")
            return None, load_board(DEFAULT_BOARD)
        url = on_device.chosen(device)
        return url, load_board(on_device.board_to_drive(url, self.yes))

    def _session(self, url: "DeviceUrl | None", board: "Board", journal: "Journal | None") -> None:
        from host_tools.guide import before, ready
        from host_tools.guide.keeping import Keeper

        now = datetime.now(UTC)
        past = before.recall(journal, now)
        while True:
            try:
                answers = self.form.answers(past)
            finally:
                before.keep_follow_up(self.form.raw.get("follow_up"), past, journal, now)
            plan = ready.make(answers, past, board, journal, now, adapt=self.adapt)
            if not self.silent:
                session_tell.plan(self.out, plan, past, paper=url is None)
            if not self.form.asks or self.form.agreed(plan):
                break
        start = ready.before_record(
            plan,
            past,
            datetime.now(UTC),
            device=f"{url.scheme}:{url.port}" if url is not None else "",
            simulated=url.simulated if url is not None else self.fast,  # a clock that flies guides nobody
            board=board.name,
        )
        keeper = Keeper(journal)
        guided, ended_at = self._play(url, plan, keeper, start)
        self._after(guided, plan, keeper, start, ended_at, journal)

    def _play(
        self, url: "DeviceUrl | None", plan: "Ready", keeper: "Keeper", start: "Before"
    ) -> "tuple[Guided, datetime]":
        """The session itself; when it ended. Whatever ends it, the device is stopped and what happened is kept."""
        from host_tools.guide.guided import Script

        during = plan.answers.during
        script = Script(during.too_much_at_s, during.comfort)
        if url is not None:
            on_device.say_boot(url)
        with (
            session_play.keyboard(self.live) as keys,
            session_play.opened(url, plan.plan, plan.program, script, keeper.event, keys) as guided,
        ):
            guided.simulated = start.simulated
            keeper.begin(start)
            began_s = guided.clock_s()

            def finish() -> datetime:
                ended_at = start.started_at + timedelta(seconds=guided.clock_s() - began_s)
                if guided.course.phase < 0:
                    keeper.forget()
                else:
                    keeper.finish(guided, ended_at)
                return ended_at

            try:
                session_play.play(guided, live=self.live, tell=self._tell)
            except (KeyboardInterrupt, OSError) as cause:  # OSError: whoever read what we print has gone
                session_play.interrupt(guided, "by Ctrl-C" if isinstance(cause, KeyboardInterrupt) else "nobody reads")
                kept = _kept(keeper, finish)
                screen.note(f"Stopped after {guided.course.run_s:.0f} s. {kept}")
                raise
            except TapoteError as error:
                if guided.course.phase < 0:
                    finish()
                    raise
                raise session_play.broken_off(guided, error, _kept(keeper, finish)) from None
            if guided.course.phase < 0:
                keeper.forget()
                raise LeftError
            return guided, finish()

    def _after(
        self,
        guided: "Guided",
        plan: "Ready",
        keeper: "Keeper",
        start: "Before",
        ended_at: datetime,
        journal: "Journal | None",
    ) -> None:
        """Care, the questions again, what changed, when to come again."""
        from host_tools.guide import compare
        from host_tools.guide.keeping import measure
        from host_tools.journal import advice
        from host_tools.journal.records import After, SessionRecord

        region = plan.plan.region
        if not self.silent:
            session_tell.ended(self.out, guided)
            session_tell.care(self.out, plan)
        told = self.form.after(plan)
        notes = "; ".join(part for part in (told.notes, f"then: {told.warmth}" if told.warmth else "") if part)
        after: After = After(
            ended_at, guided.ended == "completed", told.pain, told.comfort, measure(region, told.range), notes
        )
        keeper.after(after)
        record = SessionRecord(keeper.id or 0, start, tuple(guided.events), guided.summary(), after)
        others = journal.sessions(simulated=guided.simulated) if journal is not None else []
        earlier = [one for one in others if one.id != record.id]
        sentences = compare.told(record, [one for one in earlier if one.before.region == region.name], region)
        coming = advice.plan([*earlier, record], ended_at)
        here = next((one for one in coming.regions if one.region == region.name), None)
        if not self.silent:
            session_tell.changed(self.out, sentences, here, coming.doctor)
        if self.as_json:
            self._json(guided, plan, keeper, after, sentences)
        if guided.ended == "fault":
            raise typer.Exit(1)

    def _json(self, guided: "Guided", plan: "Ready", keeper: "Keeper", after: "After", sentences: list[str]) -> None:
        motion = after.range_of_motion
        result = {"session": keeper.id} | session_tell.in_json(guided, plan)
        result |= {
            "pain_before": plan.answers.pain.score,
            "pain_after": after.pain_0_10,
            "range_before": plan.answers.range,
            "range_after": motion.value if motion is not None else None,
            "comfort": after.comfort_0_10,
            "changed": sentences,
        }
        screen.document(result)

    def _tell(self, text: str) -> None:
        """A line while it runs."""
        if not self.silent:
            self.out.say(text, 9)


def _kept(keeper: "Keeper", finish: "Callable[[], object]") -> str:
    """Write the end of a session that broke off; what has become of its record, in words."""
    try:
        finish()
    except TapoteError as error:
        return f"The journal has its start, but not all that followed: {error.message}"
    if keeper.id is None:
        return "Nothing of it is kept: there is no journal, or nothing had moved."
    return "What happened until then is in the journal."
