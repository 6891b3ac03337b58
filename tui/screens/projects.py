"""The list of projects: the first screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.worker import get_current_worker

from pm.errors import PMError
from pm.model.kinds import DAY
from tui.actions import bindings_of
from tui.messages import Failed, ProjectsListed, ProjectSummarised
from tui.screens.base import PlanScreen
from tui.session import ProjectSummary
from tui.text import clean, day_of, day_text, long_day_text, span_text
from tui.widgets.bars import Bar, HeaderBar, KeyBar, Run
from tui.widgets.gantt.facts import variance_runs
from tui.widgets.projects.view import ProjectList


class ProjectsScreen(PlanScreen):
    """All projects of the workspace, each with its figures and a bar on a common timeline."""

    registered = "projects"
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings_of("projects"))
    AUTO_FOCUS = "ProjectList"

    def __init__(self) -> None:
        super().__init__()
        self._undo = self._redo = ""

    def compose(self) -> ComposeResult:
        """Yield header, list, details and keys."""
        yield HeaderBar(self.look, widget_id="header")
        yield ProjectList(self.look, self.slackline.today, widget_id="projects")
        yield Bar(self.look, 2, widget_id="details")
        yield KeyBar(self.look, widget_id="keys")

    def on_mount(self) -> None:
        """Show what there is before the first figures arrive."""
        self._show_facts()

    def on_screen_resume(self) -> None:
        """Read the projects again whenever the list comes up: they may have changed below."""
        self.action_reload()

    def action_reload(self) -> None:
        """Read all projects in the background, one after the other."""
        self._work(None)

    def _work(self, step: Callable[[], str] | None) -> None:
        """Do a step back or forward, if any, and read all projects."""
        session, report = self.slackline.session, self.reporter()

        def work() -> None:
            worker = get_current_worker()
            try:
                said = step() if step is not None else ""
                self.post_message(ProjectsListed(session.projects(), *session.labels(), said))
                for summary in session.summaries():
                    if worker.is_cancelled:
                        return
                    self.post_message(ProjectSummarised(summary))
            except PMError as error:
                report(error)

        self.run_worker(work, thread=True, exclusive=True, group="projects")

    @property
    def projects(self) -> ProjectList:
        """The list."""
        return self.query_one(ProjectList)

    def on_projects_listed(self, message: ProjectsListed) -> None:
        """Show names; figures that are known already stay until newer ones come."""
        known = {s.code: s for s in self.projects.summaries}
        shown = [replace(known[s.code], name=s.name, manager=s.manager) if s.code in known else s for s in message.summaries]
        self.projects.show(shown)
        self._undo, self._redo = message.undo, message.redo
        if message.said:
            self.notify(message.said, markup=False, timeout=6)
        self._show_facts()

    def on_project_summarised(self, message: ProjectSummarised) -> None:
        """Show the figures of one project."""
        new = message.summary
        self.projects.show([new if s.code == new.code else s for s in self.projects.summaries])
        self._show_facts()

    def on_failed(self, message: Failed) -> None:
        """Say what went wrong."""
        message.stop()
        self.tell(message.error)

    def on_project_list_highlighted(self, message: ProjectList.Highlighted) -> None:
        """Show the details of another project."""
        message.stop()
        self._show_facts()

    def on_project_list_chosen(self, message: ProjectList.Chosen) -> None:
        """Open the project that was clicked twice."""
        message.stop()
        self.action_open_project()

    def restyle(self) -> None:
        """Show the same in the application's new look."""
        for bar in self.query(Bar):
            bar.set_look(self.look)
        self.projects.set_look(self.look)

    def _show_facts(self) -> None:
        summaries, glyphs = self.projects.summaries, self.look.glyphs
        counts = {health: sum(s.health == health for s in summaries) for health in ("track", "risk", "late")}
        status = max((s.status // DAY for s in summaries if s.status is not None), default=self.slackline.today)
        chips = [
            [Run(f"{glyphs.critical} ", "good"), Run(str(counts["track"]), "text", True), Run(" on track", "muted")],
            [Run(f"{glyphs.warning} ", "warning"), Run(str(counts["risk"]), "text", True), Run(" at risk", "muted")],
            [Run(f"{glyphs.late} ", "late"), Run(str(counts["late"]), "text", True), Run(" late", "muted")],
            [Run("Status date ", "muted"), Run(day_text(status), "today")],
        ]
        count = len(summaries)
        where = [Run("Portfolio", "text", True), Run(f"  {count} project{'' if count == 1 else 's'}", "faint")]
        self.query_one(HeaderBar).show_facts(where, chips)
        selected = self.projects.selected
        self.query_one("#details", Bar).show(self._details(selected) if selected else [[Run("no projects yet", "muted")]])
        self.show_keys()

    def _details(self, s: ProjectSummary) -> list[list[Run]]:
        glyphs = self.look.glyphs
        first = [
            Run(s.name, "text", True),
            Run(f"  {clean(s.code)}", "muted"),
            Run(f"  {s.manager}" if s.manager else "", "muted"),
        ]
        if s.problem:
            return [first, [Run(s.problem, "late")]]
        if s.start is None or s.finish is None:
            return [first, [Run("nothing scheduled", "hint")]] if s.health != "unknown" else [first]
        first.append(Run(f"   {s.tasks} tasks, {s.critical} critical open", "muted"))
        second = [
            Run("Start ", "muted"),
            Run(long_day_text(day_of(s.start))),
            Run("   Finish ", "muted"),
            Run(long_day_text(day_of(s.finish, finish=True)), "text", True),
            Run(" "),
            *variance_runs(s.variance, s.per_day, glyphs, words="vs baseline"),
        ]
        if s.deadline_slack is not None:
            ink = "late" if s.deadline_slack < 0 else "good"
            slack = span_text(s.deadline_slack, s.per_day, minus=glyphs.minus)
            second += [Run(f"   {glyphs.deadline} {s.deadline_task} ", ink), Run(f"{slack} to its deadline", ink)]
        if s.next_milestone_finish is not None:
            day = day_text(day_of(s.next_milestone_finish, finish=True))
            second += [Run(f"   {glyphs.milestone} ", "text"), Run(f"{s.next_milestone} {day}", "muted")]
        return [first, second]

    # ------------------------------------------------------------ actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say whether an action is possible now."""
        if action == "open_project":
            selected = self.projects.selected
            return selected is not None and selected.health != "broken"
        if action in ("undo", "redo"):
            return bool(self._undo if action == "undo" else self._redo)
        return super().check_action(action, parameters)

    def action_open_project(self) -> None:
        """Open the Gantt of the selected project."""
        selected = self.projects.selected
        if selected is not None:
            self.slackline.open_project(selected.code)

    def action_undo(self) -> None:
        """Take the last change back, whatever project it belongs to."""
        self._work(self.slackline.session.undo)

    def action_redo(self) -> None:
        """Do again what was taken back last."""
        self._work(self.slackline.session.redo)

    def action_leave(self) -> None:
        """End the program."""
        self.app.exit()

    def action_cursor(self, rows: int) -> None:
        """Move the cursor."""
        self.projects.move_to(self.projects.cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by pages."""
        self.projects.move_to(self.projects.cursor + pages * max(1, self.projects.page - 1))

    def action_edge(self, side: int) -> None:
        """Move the cursor to the first or last project."""
        self.projects.move_to(len(self.projects.summaries) - 1 if side > 0 else 0)
