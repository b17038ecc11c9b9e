"""The source files of the product."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("tmfsite", "party", "catalog", "inventory", "ordering", "assurance")


@cache
def modules() -> tuple[str, ...]:
    """Return the paths of all Python files of the product, migrations left out."""
    files = (path.relative_to(ROOT) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(str(path) for path in files if "migrations" not in path.parts)


@cache
def tree(path: str) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse((ROOT / path).read_text())


def chain(node: ast.AST) -> list[str]:
    """Return the names of `a.b(...).c` from its root: `["a", "b", "c"]`; the root is "" when it is no name."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and not names:
                return []
            node = node.func
        elif isinstance(node, ast.Name):
            return [node.id, *reversed(names)]
        else:
            return ["", *reversed(names)]


def calls(path: str) -> Iterator[tuple[int, str, list[str]]]:
    """Yield (line, enclosing class, chain of names) of every call of a method in a file."""

    def visit(node: ast.AST, owner: str) -> Iterator[tuple[int, str, list[str]]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute):
                yield child.lineno, owner, chain(child.func)
            yield from visit(child, child.name if isinstance(child, ast.ClassDef) else owner)

    yield from visit(tree(path), "")
