"""Elements we carry without understanding them, as JSON: a leaf is its text, others are lists of ``[name, tree]`` pairs.

What has attributes or another namespace is a mapping with the key ``xml`` and its serialised text.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

Tree = Any
_HAS_ATTRIBUTES = etree.XPath("boolean(descendant-or-self::*/@*)")


def has_attributes(element: etree._Element) -> bool:
    """Whether the element or anything below it has an attribute."""
    return bool(_HAS_ATTRIBUTES(element))


def is_foreign(tag: str, prefix: str) -> bool:
    """Whether an element's name is of another namespace than the one in braces, which may be none."""
    return not tag.startswith(prefix) if prefix else tag.startswith("{")


def to_tree(element: etree._Element, prefix: str) -> Tree:
    """Return `element` as a tree; `prefix` is the namespace in braces that its names are taken out of."""
    foreign = any(is_foreign(str(e.tag), prefix) for e in element.iter())
    if foreign or has_attributes(element):
        copied = etree.fromstring(etree.tostring(element, with_tail=False))
        etree.cleanup_namespaces(copied)
        return {"xml": etree.tostring(copied, encoding="unicode")}
    return _plain(element, len(prefix))


def _plain(element: etree._Element, skip: int) -> Tree:
    if len(element) == 0:
        return element.text or ""
    return [[str(child.tag)[skip:], _plain(child, skip)] for child in element]


def texts(tree: Tree) -> dict[str, str]:
    """Return the leaf children of `tree` by name, the first of each."""
    found: dict[str, str] = {}
    for name, child in tree if isinstance(tree, list) else ():
        if isinstance(child, str):
            found.setdefault(name, child)
    return found


def children(tree: Tree, name: str) -> list[Tree]:
    """Return the children of `tree` called `name`."""
    return [child for found, child in tree if found == name] if isinstance(tree, list) else []


_ILLEGAL = dict.fromkeys((*range(0, 9), 11, 12, *range(14, 32), 65534, 65535), "�")
_ILLEGAL |= dict.fromkeys(range(55296, 57344), "�")
_LINE_END = {"\r": "&#13;"}


def quote(text: str) -> str:
    """Return `text` as the content of an element; what XML cannot hold becomes a replacement character."""
    if text.isalnum() and text.isascii():
        return text
    return escape(text.translate(_ILLEGAL), _LINE_END)


def render(name: str, tree: Tree, indent: int, out: list[str]) -> None:
    """Append the lines of element `name` with the content `tree` to `out`."""
    pad = "\t" * indent
    if isinstance(tree, dict):
        out.append(f"{pad}{tree['xml']}")
    elif isinstance(tree, list):
        if not tree:
            out.append(f"{pad}<{name}/>")
            return
        out.append(f"{pad}<{name}>")
        for child, below in tree:
            render(child, below, indent + 1, out)
        out.append(f"{pad}</{name}>")
    else:
        out.append(f"{pad}<{name}>{quote(tree)}</{name}>" if tree else f"{pad}<{name}/>")
