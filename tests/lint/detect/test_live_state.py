"""State of the moment; instructions, placeholders and templates are none."""

from __future__ import annotations

import pytest

from promptlint.lint.detect import live_state

STATE = [
    (" M src/app.py\n?? notes.txt", "git status"),
    ("Status:\nM src/app.py", "git status"),
    ("?? notes/", "git status"),
    ("On branch main", "git status"),
    ("Your branch is ahead of 'origin/main' by 3 commits.", "git status"),
    ("nothing to commit, working tree clean", "git status"),
    ("        modified:   src/app.py", "git status"),
    ("## main...origin/main [ahead 1]", "git status"),
    ("Branch: feature/tea", "git branch"),
    ("- **Current branch**: `main`", "git branch"),
    ("分支：main", "git branch"),
    ("cwd: /home/ada/shop", "working directory"),
    ("Working directory: `/srv/app`", "working directory"),
    ("Current working directory: ~/shop", "working directory"),
    ("The current working directory is /srv/app", "working directory"),
    ("<cwd>/home/ada/shop", "working directory"),
    ("Workspace: C:\\Users\\ada\\shop", "working directory"),
    ("You are working in /srv/app", "working directory"),
    ("工作目录：/srv/app", "working directory"),
    ("作業ディレクトリ: /srv/app", "working directory"),
    ("- light.kitchen: on", "device state"),
    ("light.kitchen 'Kitchen light' = off", "device state"),
    ("state: 'on'", "device state"),
    ("- [x] Read\n- [ ] Write", "todo list"),
    ("1. [completed] Read\n2. Write", None),
    ("[completed] Read\n[in_progress] Write\n[pending] Test", "todo list"),
    ("Open files:\n- src/app.py\n- notes.md", "open files"),
    ("<files>\nsrc/\nsrc/app.py\nnotes.md", "project files"),
    ("Project files:\n- src/app.py\n- notes.md", "project files"),
    ("Project files:\n\n- src/app.py\n- notes.md", "project files"),
    ("# VSCode Open Tabs\nsrc/app.py\nnotes.md", "open files"),
    ("Active file: src/app.py", "open files"),
    ("Geöffnete Dateien:\n- src/app.py", "open files"),
    ("打开的文件：\n- src/app.py", "open files"),
    ("Cursor position: line 12, column 4", "cursor position"),
    ("Cursor: 12:4", "cursor position"),
    ("Recent commits:\n1a2b3c4 Add tea\n2b3c4d5 Add milk", "recent commits"),
    ("Battery: 81%", "machine state"),
    ("Battery level: 81 %", "machine state"),
    ("load average: 0.52, 0.58", "machine state"),
]

OTHER = [
    "- [ ] tests pass",
    "# Checklist before you answer\n- [ ] tests pass\n- [x] licence header kept",
    "Project files:\n- README.md: how to start\n- src/app.py: the program",
    "Files:\n- src/app.py\n- notes.md",
    "Project files are read with the tool.",
    "Run `git status` before you commit.",
    "Use - [ ] for tasks and - [x] for what is done.",
    "The working directory is passed as cwd.",
    "cwd: string",
    "cwd: the folder to work in",
    "cwd (default: /srv/app)",
    "cwd: /path/to/project",
    "Working directory: {cwd}",
    "Working directory: <path>",
    "The working directory is where you work.",
    "Branch: create a new branch for each change",
    "Branch: {branch}",
    "branch: string",
    "Branch names start with the ticket.",
    "- [ ] First step\n- [ ] Second step",
    "- [x] Good\n- [x] Better",
    "```\n- [x] Read\n- [ ] Write\n```",
    "Keep the list in this format:\n- [x] Read\n- [ ] Write",
    "<example>\n- [x] Read\n- [ ] Write\n</example>",
    "state: on|off",
    "state: open",
    "The state is on or off.",
    "Temperature: 0.7",
    "Temperature: 21.4 °C",
    "Never heat above 60 °C.",
    "Boiling point: 100 °C\nMelting point: 0 °C",
    "Open files only when you need them.",
    "Open files:\nuse the read tool.",
    "Active file names end with .py",
    "Put the cursor at the end.",
    "Recent commits: look at git log.",
    "Commit messages:\nAdd tea\nAdd milk",
    "A plan: B. C/D",
    "M is the mass.",
    "D 5.2 is a size.",
    "?? is an operator",
    "## Status\nAll fine.",
    "You are in charge of the shop.",
    "e.g. Branch: main",
    "Working directory: /srv/app, for example",
    "Battery: replace it each year.",
    "The shell starts in /srv/app.",
    "light.kitchen is an entity id.",
    "For example:\n M src/app.py\n?? notes.txt",
    "Project: /api/v1/... routes",
    "file_open = shell.open\nnotes.clear()",
    "cursor = 0\nbranch = True",
]

SENSORS = "## Sensors\nTemperature: 21.4 °C\nHumidity: 45 %"


@pytest.mark.parametrize(("text", "kind"), STATE)
def test_state(text: str, kind: str | None) -> None:
    expected = [] if kind is None else [(text.strip() if kind != "git status" or "modified" in text else text, kind)]
    if text.startswith("Status:"):
        expected = [("M src/app.py", "git status")]
    for whole in (text, f"You are Ada.\n\n{text}\n\nBe kind."):
        assert [(whole[one.start : one.end], one.kind) for one in live_state.find(whole)] == expected


@pytest.mark.parametrize("text", OTHER)
def test_other_text(text: str) -> None:
    assert [text[one.start : one.end] for one in live_state.find(text)] == []


def test_sensors_stand_under_a_heading() -> None:
    assert [SENSORS[one.start : one.end] for one in live_state.find(SENSORS)] == [
        "Temperature: 21.4 °C\nHumidity: 45 %"
    ]


def test_states_of_devices_need_a_device() -> None:
    text = "- names: Door\n  domain: cover\n  state: open"
    assert [text[one.start : one.end] for one in live_state.find(text)] == ["state: open"]


def test_loose() -> None:
    text = "- [ ] First\n\nstate: open\n\nTemperature: 21.4 °C\n\nBranch: <name>"
    assert [text[one.start : one.end] for one in live_state.loose(text)] == [
        "- [ ] First",
        "state: open",
        "Temperature: 21.4 °C",
    ]
