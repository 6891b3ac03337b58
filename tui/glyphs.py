"""The characters charts are drawn with, and their ASCII twins for terminals that draw the others two cells wide."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Glyphs:
    """One character for each thing that is drawn.

    Attributes:
        eighths: Left-aligned blocks of 0 to 8 eighths of a cell; empty where bars have whole cells only.
        gap: Foot of a bar's cell that parts it from the bar below; `ghost` the same strip as baseline.
        bar_done, bar_rest: What a bar's cells hold where there are no eighths.
        elbows: Link corners by name: ``down_right`` comes from above and turns right.
    """

    eighths: str
    gap: str
    ghost: str
    bar_done: str
    bar_rest: str
    summary: str
    summary_left: str
    summary_right: str
    line: str
    rule: str
    mark: str
    leaf: str
    critical: str
    milestone: str
    milestone_baseline: str
    deadline: str
    folded: str
    unfolded: str
    finished: str
    not_started: str
    late: str
    warning: str
    earlier: str
    slack: str
    slack_end: str
    off_left: str
    off_right: str
    across: str
    upright: str
    leave_right_down: str
    leave_right_up: str
    arrive_right_down: str
    arrive_right_up: str
    arrive_left_down: str
    arrive_left_up: str
    tee_down: str
    tee_up: str
    arrow_right: str
    arrow_left: str
    arrow_down: str
    arrow_up: str
    dash: str
    minus: str
    ellipsis: str
    crumb: str
    dot: str
    to: str
    thin: str
    thin_half: str


UNICODE = Glyphs(
    eighths=" ▏▎▍▌▋▊▉█",
    gap="▁",
    ghost="▂",
    bar_done=" ",
    bar_rest=" ",
    summary="▀",
    summary_left="▛",
    summary_right="▜",
    line="▏",
    rule="▕",
    mark="▌",
    leaf="·",
    critical="●",
    milestone="◆",
    milestone_baseline="◇",
    deadline="⚑",
    folded="▸",
    unfolded="▾",
    finished="✓",
    not_started="○",
    late="■",
    warning="▲",
    earlier="▼",
    slack="╌",
    slack_end="╴",
    off_left="◂",
    off_right="▸",
    across="─",
    upright="│",
    leave_right_down="╮",
    leave_right_up="╯",
    arrive_right_down="╰",
    arrive_right_up="╭",
    arrive_left_down="╯",
    arrive_left_up="╮",
    tee_down="┬",
    tee_up="┴",
    arrow_right="▶",
    arrow_left="◀",
    arrow_down="▼",
    arrow_up="▲",
    dash="—",
    minus="−",
    ellipsis="…",
    crumb="›",
    dot="·",
    to="→",
    thin="━",
    thin_half="╸",
)

ASCII = Glyphs(
    eighths="",
    gap=" ",
    ghost="_",
    bar_done="#",
    bar_rest="=",
    summary="=",
    summary_left="[",
    summary_right="]",
    line="|",
    rule="|",
    mark=">",
    leaf=".",
    critical="*",
    milestone="o",
    milestone_baseline="'",
    deadline="!",
    folded="+",
    unfolded="-",
    finished="x",
    not_started="o",
    late="!",
    warning="^",
    earlier="v",
    slack=".",
    slack_end=".",
    off_left="<",
    off_right=">",
    across="-",
    upright="|",
    leave_right_down="+",
    leave_right_up="+",
    arrive_right_down="+",
    arrive_right_up="+",
    arrive_left_down="+",
    arrive_left_up="+",
    tee_down="+",
    tee_up="+",
    arrow_right=">",
    arrow_left="<",
    arrow_down="v",
    arrow_up="^",
    dash="-",
    minus="-",
    ellipsis="~",
    crumb=">",
    dot="-",
    to="->",
    thin="=",
    thin_half="-",
)
