"""Write the picture of the README again: ``python docs/images/take.py`` makes gantt.svg beside it.

Any browser turns it into the PNG: ``chromium --headless --screenshot=gantt.png --window-size=W,H gantt.svg``.
"""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

from pm.formats import read_plan
from pm.sample_files import sample_paths
from pm.workspace import Workspace
from tui.app import SlacklineApp


async def take(folder: Path) -> None:
    """Open the sample at its Gantt, select a task with links, and save the screen."""
    launch = next(p for p in sample_paths() if p.name == "software-launch.toml")
    app = SlacklineApp(Workspace.of_plan(read_plan(launch).plan), project="ATLAS", today=date(2026, 11, 9))
    async with app.run_test(size=(190, 48)) as pilot:
        await app.workers.wait_for_complete()
        for key in ["down"] * 21:
            await pilot.press(key)
        await pilot.pause(1)
        app.save_screenshot("gantt.svg", path=str(folder))


if __name__ == "__main__":
    asyncio.run(take(Path(__file__).parent))
