"""The rooms of the add-on: who may use whom, how long they are, and whether the README tells.

The order is written once, in pyproject.toml, where import-linter has it from for imports. A model
of Odoo's registry is reached by its name, which no import shows: those are looked for here.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ADDON = "enord_sales_sync"
MODEL_NAME = re.compile(r"enord(\.[a-z]+)+")
#: The thread that delivers calls the outbox, which has started it.
CALLED_BACK = {("delivery", "enord.webhook.event")}
LINES_OF_A_ROOM = 1300
STOREFRONT = "enord.storefront"
STOREFRONT_METHODS = 44
#: A row of the README's map.
MAP_ROW = re.compile(rf"^``{ADDON}/([a-z/]+)/``  ", re.MULTILINE)


class Source(NamedTuple):
    room: str
    """As a folder of the add-on: ``models/stock``."""
    file: Path
    tree: ast.Module


class Model(NamedTuple):
    """A class of Odoo's registry, as it is written."""

    name: str
    is_new: bool
    """Whether it defines the model, or extends one."""
    node: ast.ClassDef


def problems(root: Path) -> list[str]:
    """What is wrong with the rooms of the repository in `root`, a line each."""
    layers = read_layers(root)
    sources = list(_sources(root / ADDON, layers))
    return [
        *_without_a_place(root / ADDON, layers),
        *_wrong_uses(sources, layers),
        *_too_big(root / ADDON, sources),
        *_differences_of_the_map(root / "README.rst", layers),
    ]


def read_layers(root: Path) -> list[list[str]]:
    """The rooms, those that may use the others first; those in one list may not use one another."""
    # here, because `python -m devtools` begins where the tools are not installed yet
    from importlinter.api import read_configuration

    contracts = read_configuration(str(root / "pyproject.toml"))["contracts_options"]
    (order,) = (contract for contract in contracts if contract["type"] == "layers")
    return [
        [room.strip().removeprefix(f"{ADDON}.").replace(".", "/") for room in layer.split("|")]
        for layer in order["layers"]
    ]


def _sources(addon: Path, layers: list[list[str]]) -> Iterator[Source]:
    for room in sum(layers, []):
        for file in sorted((addon / room).rglob("*.py")):
            yield Source(room, file.relative_to(addon.parent), ast.parse(file.read_text()))


def _without_a_place(addon: Path, layers: list[list[str]]) -> Iterator[str]:
    placed = set(sum(layers, []))
    for folder in sorted((addon / "models").iterdir()):
        name = f"models/{folder.name}"
        if (folder / "__init__.py").is_file() and name not in placed:
            yield f"{ADDON}/{name} is not in the order of rooms (pyproject.toml)"
        elif folder.suffix == ".py" and folder.name != "__init__.py":
            yield f"{ADDON}/{name} is in no room"
    for room in sorted(placed):
        if not (addon / room).is_dir():
            yield f"{ADDON}/{room} is in the order of rooms, but not there"


def _wrong_uses(sources: list[Source], layers: list[list[str]]) -> Iterator[str]:
    height = {room: -depth for depth, layer in enumerate(layers) for room in layer}
    home = {
        model.name: source.room
        for source in sources for model in _models(source.tree) if model.is_new
    }
    for source in sources:
        for line, name in _named(source.tree):
            where = f"{source.file}:{line}"
            if name == f"odoo.addons.{ADDON}":
                yield f"{where}: imports {name}; relative imports are what is checked"
            elif name not in home:
                yield f"{where}: no room defines {name}"
            elif (
                home[name] != source.room
                and height[home[name]] >= height[source.room]
                and (source.room, name) not in CALLED_BACK
            ):
                yield f"{where}: {source.room} may not use {name} of {home[name]}"


def _named(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of the add-on's models that are named, and of the add-on where it is imported
    past import-linter."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if MODEL_NAME.fullmatch(node.value):
                yield node.lineno, node.value
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                modules = [f"{node.module}.{name}" for name in modules]
            if any(f"{module}.".startswith(f"odoo.addons.{ADDON}.") for module in modules):
                yield node.lineno, f"odoo.addons.{ADDON}"


def _models(tree: ast.Module) -> Iterator[Model]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            values = {
                target.id: ast.literal_eval(statement.value)
                for statement in node.body if isinstance(statement, ast.Assign)
                for target in statement.targets
                if isinstance(target, ast.Name) and target.id in ("_name", "_inherit")
            }
            inherited = values.get("_inherit") or []
            inherited = [inherited] if isinstance(inherited, str) else inherited
            if name := values.get("_name") or next(iter(inherited), None):
                yield Model(name, name not in inherited, node)


def _too_big(addon: Path, sources: list[Source]) -> Iterator[str]:
    for folder in sorted((addon / "models").iterdir()):
        lines = sum(len(file.read_text().splitlines()) for file in folder.rglob("*.py"))
        if lines > LINES_OF_A_ROOM:
            yield f"{ADDON}/models/{folder.name} has {lines} lines; {LINES_OF_A_ROOM} are the most"
    methods = sum(
        isinstance(statement, ast.FunctionDef)
        for source in sources for model in _models(source.tree) if model.name == STOREFRONT
        for statement in model.node.body
    )
    if methods > STOREFRONT_METHODS:
        yield f"{STOREFRONT} has {methods} methods; {STOREFRONT_METHODS} are the most"


def _differences_of_the_map(readme: Path, layers: list[list[str]]) -> Iterator[str]:
    told = MAP_ROW.findall(readme.read_text())
    rooms = sum(layers, [])
    if told != rooms:
        yield f"README.rst: the map of rooms is {told}, the rooms are {rooms}"
