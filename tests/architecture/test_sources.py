"""How the product's files look: short, documented, named after their TMF API, free of the place they were made."""

import ast
import re

import pytest

from tests.architecture.sources import ROOT, modules, tree

LAYERS = ("models", "values", "api", "admin")
NUMBERS = {
    "catalog": {"product": 620, "service": 633, "resource": 634},
    "party": {
        "party": 632, "role": 669, "customer": 629, "account": 666, "agreement": 651, "partnership": 668,
        "billing": 678, "payment": 676,
    },
    "inventory": {"product": 637, "service": 638, "activation": 640, "resource": 639, "pool": 685},
    "ordering": {"product": 622, "service": 641, "resource": 652},
    "assurance": {"ticket": 621, "alarm": 642, "problem": 656, "quality": 657, "performance": 628},
}  # fmt: skip
NOUNS = [
    (f"{app}/{layer}/{noun}.py", number)
    for app, nouns in NUMBERS.items()
    for layer in LAYERS
    for noun, number in nouns.items()
    if (ROOT / app / layer / f"{noun}.py").exists()
]
MACHINE = re.compile(
    r"""(?<![\w.:/-])/(?:work|tmp|root|home)/|\bhttps?://(?:pypi|files\.pythonhosted|registry|nexus)"""
)
HOMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "extras", "tools"}


@pytest.mark.parametrize(("path", "number"), NOUNS)
def test_modules_of_a_noun_begin_with_its_api(path: str, number: int) -> None:
    assert (ast.get_docstring(tree(path)) or "").startswith(f"TMF{number} ")


@pytest.mark.parametrize("path", modules())
def test_file(path: str) -> None:
    text = (ROOT / path).read_text()
    assert text.count("\n") < 600
    assert not MACHINE.search(text)
    assert not HOMELESS & set(path.removesuffix(".py").split("/"))
    if text.strip():
        assert ast.get_docstring(tree(path)), "a module says what it is"
    undocumented = [
        node.name
        for node in tree(path).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert undocumented == []
