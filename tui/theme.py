"""The palettes: every colour of the terminal face stands here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

from textual.theme import Theme


@dataclass(frozen=True)
class Palette:
    """Colours by what they mean, as ``#rrggbb``. Names ending in ``rest`` are the part of a bar still to be done."""

    name: str
    dark: bool
    background: str
    stripe: str
    panel: str
    popup: str
    field: str
    shade: str
    shade_stripe: str
    grid: str
    rule: str
    text: str
    muted: str
    hint: str
    faint: str
    selected: str
    selected_shade: str
    mark: str
    normal: str
    normal_rest: str
    critical: str
    critical_rest: str
    done: str
    done_critical: str
    inactive: str
    inactive_rest: str
    warning: str
    warning_rest: str
    summary: str
    summary_rest: str
    baseline: str
    slack: str
    today: str
    today_ink: str
    holiday: str
    predecessor: str
    successor: str
    good: str
    late: str
    key: str


DARK = Palette(
    name="dark",
    dark=True,
    background="#0e131a",
    stripe="#10161f",
    panel="#161e29",
    popup="#1b2634",
    field="#0c1118",
    shade="#090d12",
    shade_stripe="#0a0f15",
    grid="#1d2734",
    rule="#2b3747",
    text="#d3dbe5",
    muted="#8794a6",
    hint="#6c7a8d",
    faint="#536073",
    selected="#1d2c40",
    selected_shade="#19263a",
    mark="#ffd166",
    normal="#4c9df3",
    normal_rest="#234a78",
    critical="#f2605c",
    critical_rest="#7c2c33",
    done="#5f7f9e",
    done_critical="#99605f",
    inactive="#3a4656",
    inactive_rest="#2a3442",
    warning="#e6b450",
    warning_rest="#6b5426",
    summary="#c4cfdc",
    summary_rest="#66758a",
    baseline="#8c97a6",
    slack="#46566b",
    today="#2dd4bf",
    today_ink="#06231f",
    holiday="#5aa7a0",
    predecessor="#e0b3ff",
    successor="#ffd166",
    good="#5ccf8a",
    late="#ff7b72",
    key="#ffd166",
)

LIGHT = Palette(
    name="light",
    dark=False,
    background="#fbfcfd",
    stripe="#f4f6f9",
    panel="#e4eaf1",
    popup="#eef2f7",
    field="#ffffff",
    shade="#e9edf3",
    shade_stripe="#e3e8ef",
    grid="#dfe5ed",
    rule="#b9c5d3",
    text="#17212c",
    muted="#4d5b6e",
    hint="#5f6e81",
    faint="#8592a3",
    selected="#cfe2fa",
    selected_shade="#c0d6f2",
    mark="#c27803",
    normal="#2b7ad1",
    normal_rest="#a3c9f1",
    critical="#d5403b",
    critical_rest="#f0aaa6",
    done="#87a2bd",
    done_critical="#c79896",
    inactive="#b3bdc9",
    inactive_rest="#cfd6de",
    warning="#c98a12",
    warning_rest="#efd59b",
    summary="#364456",
    summary_rest="#98a6b7",
    baseline="#94a1b0",
    slack="#8fa1b5",
    today="#0d8f7e",
    today_ink="#ffffff",
    holiday="#2a857b",
    predecessor="#7a35d6",
    successor="#a85f00",
    good="#1a7f45",
    late="#c22a24",
    key="#9a5b00",
)

CONTRAST = Palette(
    name="contrast",
    dark=True,
    background="#000000",
    stripe="#000000",
    panel="#1a1a1a",
    popup="#202020",
    field="#000000",
    shade="#1c1c1c",
    shade_stripe="#1c1c1c",
    grid="#3a3a3a",
    rule="#8a8a8a",
    text="#ffffff",
    muted="#d8d8d8",
    hint="#c8c8c8",
    faint="#a8a8a8",
    selected="#003a70",
    selected_shade="#002e5a",
    mark="#ffff00",
    normal="#5cb3ff",
    normal_rest="#1d5c9c",
    critical="#ff6b5e",
    critical_rest="#a81d1d",
    done="#9fb8d0",
    done_critical="#d09a98",
    inactive="#6a6a6a",
    inactive_rest="#4a4a4a",
    warning="#ffc933",
    warning_rest="#8a6a10",
    summary="#ffffff",
    summary_rest="#9a9a9a",
    baseline="#c4c4c4",
    slack="#9a9a9a",
    today="#00ffe0",
    today_ink="#000000",
    holiday="#7fe0d6",
    predecessor="#e6b8ff",
    successor="#ffff00",
    good="#66ff99",
    late="#ff8a80",
    key="#ffff00",
)

PALETTES: dict[str, Palette] = {p.name: p for p in (DARK, LIGHT, CONTRAST)}


@lru_cache(maxsize=4096)
def mix(first: str, second: str, share: float) -> str:
    """Return the colour `share` of the way from `first` to `second`."""
    pairs = ((int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def textual_theme(palette: Palette) -> Theme:
    """Return the Textual theme that stock widgets (inputs, palette, toasts) take their colours from.

    Style sheets reach every colour of the palette as ``$pm-<name>``.
    """
    colours = {f"pm-{f.name.replace('_', '-')}": str(getattr(palette, f.name)) for f in fields(palette) if f.type == "str"}
    del colours["pm-name"]
    return Theme(
        name=f"slackline-{palette.name}",
        primary=palette.normal,
        secondary=palette.predecessor,
        accent=palette.mark,
        warning=palette.warning,
        error=palette.critical,
        success=palette.good,
        foreground=palette.text,
        background=palette.background,
        surface=palette.panel,
        panel=palette.popup,
        dark=palette.dark,
        variables=colours,
    )
