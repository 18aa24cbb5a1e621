"""``doc/overrides.rst`` against the classes that are loaded."""

import inspect
import re
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from docutils.core import publish_doctree
from odoo import http
from odoo.addons.stock.models.stock_quant import StockQuant
from odoo.service import server
from odoo.tests import TransactionCase, tagged
from odoo.tests.loader import get_module_test_cases, get_test_modules

TABLE = Path(__file__).parent.parent / "doc" / "overrides.rst"
METHOD = re.compile(r"(?P<name>[\w.]+)(?P<signature>\(.*\))")


class Row(NamedTuple):
    addon: str
    name: str
    """Model and method."""
    signature: str
    private: str
    why: str
    test: str
    """Class and method."""


def rows():
    """Of all tables, each of which stands under the name of its add-on."""
    document = publish_doctree(TABLE.read_text(), settings_overrides={"report_level": 5})
    for section in document.findall(nodes.section):
        for body in section.findall(nodes.tbody):
            for row in body.findall(nodes.row):
                method, *rest = (" ".join(cell.astext().split()) for cell in row.children)
                yield Row(section.next_node(nodes.title).astext(),
                          *METHOD.fullmatch(method).groups(), *rest)


def overrides(env):
    """``{(add-on, model and method): its signature in Odoo}`` of what these add-ons override."""
    models = [model for name, model in env.registry.items() if not name.startswith("enord.")]
    found = {}
    for loaded in [*models, *http._dispatchers.values()]:
        for depth, ours in enumerate(loaded.__mro__):
            above = [cls for cls in loaded.__mro__[depth + 1:] if not _is_ours(cls)]
            if not _is_ours(ours) or not _stands_in(ours, above):
                continue
            for name in vars(ours):
                declared = [cls for cls in above if name in vars(cls)]
                if declared and inspect.isfunction(_function(ours, name)):
                    of = getattr(ours, "_name", None) or _path(above[0])
                    # as it is declared, whatever other add-ons make of it
                    found[ours.__module__.split(".")[2], f"{of}.{name}"] = _signature(
                        _function(declared[-1], name)
                    )
    return found | dict(_wrapped())


def _wrapped():
    """What is put around methods of Odoo's server."""
    for cls in vars(server).values():
        for name in vars(cls) if inspect.isclass(cls) else ():
            function = _function(cls, name)
            if inspect.isfunction(function) and hasattr(function, "__wrapped__"):
                module = function.__globals__["__name__"]  # its own, whatever it is a wrapper of
                if module.startswith("odoo.addons.enord_"):
                    key = module.split(".")[2], f"{_path(cls)}.{name}"
                    yield key, _signature(function.__wrapped__)


def _is_ours(cls):
    return cls.__module__.startswith("odoo.addons.enord_")


def _stands_in(ours, above):
    """Whether Odoo uses this class where it would have used its own: a model's, or a dispatcher
    that is not for a type of routes of its own."""
    return not issubclass(ours, http.Dispatcher) or ours.routing_type in (
        vars(cls).get("routing_type") for cls in above
    )


def _path(cls):
    return f"{cls.__module__}.{cls.__qualname__}"


def _function(cls, name):
    member = vars(cls)[name]
    return getattr(member, "__func__", member)


def _signature(function):
    """Names and defaults, without types."""
    signature = inspect.signature(function)
    bare = [
        parameter.replace(annotation=parameter.empty)
        for parameter in signature.parameters.values()
    ]
    return str(signature.replace(parameters=bare, return_annotation=signature.empty))


@tagged("post_install", "-at_install")
class TestOverrides(TransactionCase):

    def written(self):
        """The rows of the add-ons that are installed."""
        return [row for row in rows() if row.addon in self.env.registry._init_modules]

    def differences(self):
        """What the table and the classes do not both say."""
        written = {(row.addon, row.name, row.signature) for row in self.written()}
        return written ^ {(*key, signature) for key, signature in overrides(self.env).items()}

    def test_every_override_has_a_row_with_odoos_signature_and_every_row_an_override(self):
        self.assertGreater(len(self.written()), 30)
        self.assertFalse(self.differences())

    def test_a_row_says_why_and_names_a_test_that_exists(self):
        tests = {
            f"{type(case).__name__}.{case._testMethodName}"
            for addon in {row.addon for row in self.written()}
            for module in get_test_modules(addon) for case in get_module_test_cases(module)
        }
        for row in self.written():
            with self.subTest(row.name):
                self.assertTrue(row.why)
                self.assertTrue(row.test in tests, row.test)
                is_private = row.name.rpartition(".")[2].startswith("_")
                self.assertEqual(row.private, "yes" if is_private else "no")

    def test_a_method_that_odoo_renames_is_noticed(self):
        method = StockQuant._merge_quants
        self.addCleanup(setattr, StockQuant, "_merge_quants", method)
        StockQuant._merge_all_quants = method
        self.addCleanup(delattr, StockQuant, "_merge_all_quants")
        del StockQuant._merge_quants
        self.assertEqual(
            self.differences(), {("enord_sales_sync", "stock.quant._merge_quants", "(self)")},
        )

    def test_another_parameter_of_odoos_is_noticed(self):
        self.patch(StockQuant, "_merge_quants", lambda self, products: None)
        self.assertEqual(self.differences(), {
            ("enord_sales_sync", "stock.quant._merge_quants", "(self)"),
            ("enord_sales_sync", "stock.quant._merge_quants", "(self, products)"),
        })
