"""The Gantt of one project, with its header, details and keys."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from pm.commands import Command
from pm.errors import ConflictError, NotFoundError, PMError
from tui import questions
from tui.actions import bindings_of
from tui.messages import Failed, PlanOpened, ProjectGone
from tui.questions import Question
from tui.screens.base import PlanScreen
from tui.screens.task import TaskDialog
from tui.session import Opened
from tui.text import clean
from tui.widgets.bars import Bar, HeaderBar, KeyBar, Run
from tui.widgets.gantt import facts
from tui.widgets.gantt.frame import status_day_of
from tui.widgets.gantt.rows import Rows
from tui.widgets.gantt.view import GanttView
from tui.widgets.prompt import Prompt

_NEEDS_TASK = {"details", "edit", "fold", "bar", "search", "find_next"}


class GanttScreen(PlanScreen):
    """The chart of the project called `code`; None is the only project there is."""

    registered = "gantt"
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings_of("gantt"))
    AUTO_FOCUS = "GanttView"

    def __init__(self, code: str | None) -> None:
        super().__init__()
        self.code = code
        self.opened: Opened | None = None
        self._changed = False
        self._search_start = 0

    def compose(self) -> ComposeResult:
        """Yield the bars; the chart comes when the plan is there."""
        yield HeaderBar(self.look, widget_id="header")
        with Vertical(id="body"):
            yield Static(f"Reading and scheduling {self.look.glyphs.ellipsis}", id="waiting", markup=False)
        yield Bar(self.look, self._strip_height(), widget_id="details")
        yield Prompt(widget_id="prompt")
        yield KeyBar(self.look, widget_id="keys")

    def on_mount(self) -> None:
        """Read the plan in the background."""
        self.query_one(HeaderBar).show_facts([Run("Portfolio ", "muted")], [])
        self.show_keys()
        self.action_reload()

    def _strip_height(self) -> int:
        return 2 if self.app.size.width >= 150 else 3

    def on_resize(self) -> None:
        """Give the details the lines they need."""
        self.query_one("#details", Bar).styles.height = self._strip_height()
        if self.opened is not None:
            self._show_details()

    @property
    def view(self) -> GanttView | None:
        """The chart, once there is one."""
        found = self.query(GanttView)
        return found.first() if found else None

    # ------------------------------------------------------------ the plan comes and changes

    def action_reload(self) -> None:
        """Read the plan (again)."""
        session, report = self.slackline.session, self.reporter()

        def work() -> None:
            try:
                self.post_message(PlanOpened(session.open(self.code)))
            except PMError as error:
                report(error)

        self.run_worker(work, thread=True, exclusive=True, group="plan", exit_on_error=True)

    async def on_plan_opened(self, message: PlanOpened) -> None:
        """Show what a worker has read."""
        if self.opened is not None and message.opened.serial < self.opened.serial:
            return  # of two changes in quick succession the second may be heard of first
        self.opened = message.opened
        self._changed = self._changed or bool(message.said)
        model = message.opened.model
        view = self.view
        if view is None:
            await self.query("#waiting").remove()
            view = GanttView(model, self.look, self.slackline.today, widget_id="gantt")
            await self.query_one("#body").mount(view)
            view.focus()
        else:
            view.show(model)
        self._show_header()
        self._show_details()
        self.show_keys()
        if message.said:
            self.notify(message.said, markup=False, timeout=4)

    def on_failed(self, message: Failed) -> None:
        """Say what went wrong; without a plan there is nothing to look at, and after a conflict the plan is read again."""
        message.stop()
        self.tell(message.error)
        if isinstance(message.error, ConflictError):
            self.action_reload()
        if self.opened is None:
            self.query_one("#waiting", Static).update(f"error[{message.error.code}]: {clean(str(message.error))}")

    def _do(self, command: Command) -> None:
        session, code, report = self.slackline.session, self.code, self.reporter()
        seen = self.opened.model.plan if self.opened is not None else None

        def work() -> None:
            try:
                opened, said = session.run(command, code, seen)
                self.post_message(PlanOpened(opened, said))
            except PMError as error:
                report(error)

        self.run_worker(work, thread=True, group="change")

    # ------------------------------------------------------------ header, details

    def _show_header(self) -> None:
        view, opened = self.view, self.opened
        if view is None or opened is None:
            return
        model, glyphs = opened.model, self.look.glyphs
        where = [
            Run(f"Portfolio {glyphs.crumb} ", "muted"),
            Run(clean(model.project.name or model.project.code), "text", True),
            Run("  Gantt", "faint"),
        ]
        note = f"u undoes {clean(opened.undo)}" if opened.undo and self._changed else ""
        status = status_day_of(model, self.slackline.today)
        self.query_one(HeaderBar).show_facts(where, facts.header(model, glyphs, status, view.zoom), note)

    def _show_details(self) -> None:
        view, opened = self.view, self.opened
        if view is None or opened is None:
            return
        bar = self.query_one("#details", Bar)
        height = self._strip_height()
        bar.show(facts.strip(opened.model, view.position, self.look.glyphs, self.size.width, height))

    def on_gantt_view_highlighted(self, message: GanttView.Highlighted) -> None:
        """Show the details of another task, and its keys where they differ from those of the one before."""
        message.stop()
        self._show_details()
        self.show_keys()

    def on_gantt_view_scaled(self, message: GanttView.Scaled) -> None:
        """Show another zoom in the header."""
        message.stop()
        self._show_header()

    def on_gantt_view_opened(self, message: GanttView.Opened) -> None:
        """Open the task that was clicked twice."""
        message.stop()
        self.action_details()

    def restyle(self) -> None:
        """Show the same in the application's new look."""
        for bar in self.query(Bar):
            bar.set_look(self.look)
        if self.view is not None:
            self.view.set_look(self.look)
        self._show_header()

    # ------------------------------------------------------------ what is possible

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say whether an action is possible now; the palette and the footer ask too."""
        if action in ("back", "reload"):
            return True
        opened, view = self.opened, self.view
        if action in ("undo", "redo"):
            return bool(opened is not None and getattr(opened, action))
        if opened is None or view is None:
            return super().check_action(action, parameters) if not hasattr(self, f"action_{action}") else False
        if action in _NEEDS_TASK and not opened.model.count:
            return False
        if action == "find_next":
            return bool(view.search_text)
        if action == "edit" and parameters and parameters[0] != "name":
            return not opened.model.summary[view.position]
        return super().check_action(action, parameters)

    # ------------------------------------------------------------ actions

    def _chart(self) -> GanttView:
        """Return the chart; actions that need it are only possible when it is there."""
        return self.query_one(GanttView)

    def action_back(self) -> None:
        """Return to the project list, or end where there is none."""
        self.slackline.leave_project()

    def action_cursor(self, rows: int) -> None:
        """Move the cursor."""
        view = self._chart()
        view.move_to(view.cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by pages."""
        view = self._chart()
        view.move_to(view.cursor + pages * max(1, view.page - 1))

    def action_edge(self, side: int) -> None:
        """Move the cursor to the first or last row."""
        view = self._chart()
        view.move_to(len(view.rows) - 1 if side > 0 else 0)

    def action_zoom(self, steps: int) -> None:
        """Zoom in or out."""
        self._chart().zoom_by(steps)

    def action_zoom_to(self, zoom: str) -> None:
        """Choose a zoom."""
        self._chart().zoom_to(zoom)

    def action_scroll(self, share: float) -> None:
        """Scroll by a share of the chart's width."""
        view = self._chart()
        cells = max(1, round(view.chart_width * abs(share)))
        view.scroll_cells(cells if share > 0 else -cells)

    def action_status_date(self) -> None:
        """Scroll to the status date."""
        self._chart().jump_to_status()

    def action_bar(self) -> None:
        """Scroll to the selected bar."""
        self._chart().jump_to_bar()

    def action_fold(self) -> None:
        """Fold or unfold."""
        self._chart().fold()

    def action_fold_all(self) -> None:
        """Fold everything."""
        view = self._chart()
        view.fold(view.rows.all_folded())

    def action_unfold_all(self) -> None:
        """Unfold everything."""
        view = self._chart()
        view.fold(Rows(view.model))

    def action_level(self, level: int) -> None:
        """Show the outline down to a level."""
        view = self._chart()
        view.fold(view.rows.to_level(level))

    def action_show(self, what: str) -> None:
        """Switch a part of the drawing on or off."""
        self._chart().toggle(what)

    def action_details(self) -> None:
        """Open the selected task."""
        view = self._chart()
        pairs = facts.everything(view.model, view.position, self.look.glyphs)
        self.app.push_screen(TaskDialog(pairs))

    def _step(self, back: bool) -> None:
        session, code, report = self.slackline.session, self.code, self.reporter()

        def work() -> None:
            try:
                said = session.undo() if back else session.redo()
            except PMError as error:
                report(error)
                return
            try:
                self.post_message(PlanOpened(session.open(code), said))
            except NotFoundError:
                self.post_message(ProjectGone(said))
            except PMError as error:
                report(error)

        self.run_worker(work, thread=True, group="change")

    def on_project_gone(self, message: ProjectGone) -> None:
        """Go back to the list."""
        self.app.notify(message.said, markup=False, timeout=6)
        self.slackline.leave_project()

    def action_undo(self) -> None:
        """Take the last change back."""
        self._step(True)

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self._step(False)

    # ------------------------------------------------------------ questions

    def _ask(self, question: Question) -> None:
        self.query_one(KeyBar).display = False
        self.query_one(Prompt).ask(question)

    def action_search(self) -> None:
        """Find a task while its name is typed."""
        view = self._chart()
        self._search_start = view.position
        self._ask(questions.search(view.search_text))

    def action_find_next(self, backwards: bool) -> None:
        """Go to the next task found."""
        view = self._chart()
        if not view.search_next(backwards=backwards):
            self._nothing_matches(view.search_text)

    def _nothing_matches(self, text: str) -> None:
        self.notify(f"No task matches {clean(text)}", markup=False, timeout=3)

    def action_go_to_date(self) -> None:
        """Ask for a date and scroll to it."""
        today = status_day_of(self._chart().model, self.slackline.today)
        self._ask(questions.go_to_date(today, self.slackline.date_order))

    def action_edit(self, what: str) -> None:
        """Ask for a new duration, name or progress of the selected task."""
        view = self._chart()
        ask = {"duration": questions.duration, "name": questions.name, "progress": questions.progress}[what]
        self._ask(ask(view.model, view.position))

    def on_prompt_typed(self, message: Prompt.Typed) -> None:
        """Search while typing."""
        message.stop()
        if message.question.purpose == "search":
            self._chart().search(message.text, self._search_start)

    def on_prompt_dismissed(self, message: Prompt.Dismissed) -> None:
        """Put things back as they were."""
        message.stop()
        if message.question.purpose == "search":
            self._chart().search("", self._search_start)
            self._chart().select(self._search_start)
        self._after_question()

    def on_prompt_answered(self, message: Prompt.Answered) -> None:
        """Do what was asked for."""
        message.stop()
        self._after_question()
        view, text, question = self._chart(), message.text, message.question
        if question.command is not None:
            try:
                self._do(question.command(text))
            except PMError as error:
                self.tell(error)
        elif question.purpose == "date" and text.strip():
            today = status_day_of(view.model, self.slackline.today)
            view.jump(questions.day_typed(text, today, self.slackline.date_order))
        elif question.purpose == "search" and not view.search(text, self._search_start):
            self._nothing_matches(text)

    def _after_question(self) -> None:
        self.query_one(KeyBar).display = True
        self.show_keys()
        self._chart().focus()
