"""One entry of the file as lines, with the comments that were kept for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pm.formats.plan_toml.text import toml_key

Pairs = list[tuple[str, str]]


@dataclass
class Block:
    """One entry: its header, keys with TOML text, a plain sub-table, and comments as ``[above, after]`` by key."""

    header: str
    pairs: Pairs
    indent: str = ""
    below: tuple[str, Pairs] | None = None
    comments: Mapping[str, Any] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return the lines of the entry; comments of keys that are gone stand at its top."""
        header, below = self.below or ("", [])
        name = header.rpartition(".")[2]
        present = {"", *(k for k, _ in self.pairs), *([name] if below else []), *(f"{name}.{k}" for k, _ in below)}
        lost = [comment_part(c, i) for k, c in self.comments.items() if k not in present for i in (0, 1)]
        lines = ["", *self._comment("\n".join(filter(None, lost))), *self._commented("", self.header)]
        for key, value in self.pairs:
            lines += self._commented(key, f"{toml_key(key)} = {value}")
        if below:
            lines += ["", *self._commented(name, f"[{header}]")]
            for key, value in below:
                lines += self._commented(f"{name}.{key}", f"{toml_key(key)} = {value}")
        return lines

    def _comment(self, text: str) -> list[str]:
        return [self.indent + line if line else "" for line in text.split("\n")] if text else []

    def _commented(self, key: str, statement: str) -> list[str]:
        kept = self.comments.get(key)
        after = comment_part(kept, 1)
        return [*self._comment(comment_part(kept, 0)), self.indent + statement + (f"  {after}" if after else "")]


def comment_part(kept: Any, which: int) -> str:
    """Return the comment above (0) or after (1) a key. What is no comment, or would not stay one in the file, is dropped."""
    text = kept[which] if isinstance(kept, list) and len(kept) == 2 and isinstance(kept[which], str) else ""
    lines = [line.strip() for line in text.split("\n")]
    is_comment = all(not line or (line.startswith("#") and line.replace("\t", "").isprintable()) for line in lines)
    return "\n".join(lines) if is_comment and (which == 0 or len(lines) == 1) else ""


def toml_extra(extra: Any) -> dict[str, Any]:
    """Return what an entity's `extra` keeps for this format: its comments."""
    return as_dict(extra.get("toml")) if isinstance(extra, dict) else {}


def as_dict(value: Any) -> dict[str, Any]:
    """Return `value` where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}
