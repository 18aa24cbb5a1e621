"""Odoo's own ``test_lint`` for these add-ons; for all of Odoo's it takes minutes.

What its ``test_pylint`` asks is part of ``make lint``.
"""

from unittest.mock import patch

from lxml import etree
from odoo.addons.test_lint.tests import (
    lint_case,
    test_docstring,
    test_dunderinit,
    test_i18n,
    test_index,
    test_jstranslate,
    test_l10n,
    test_manifests,
    test_markers,
    test_naming,
    test_onchange_domains,
    test_orm_import,
    test_override_signatures,
    test_pofile,
    test_routes,
    test_test_holes,
)
from odoo.modules import Manifest
from odoo.modules.registry import Registry
from odoo.tests import tagged
from odoo.tests.common import get_db_name


class OfTheseAddons:
    """Neither other add-ons nor models that these leave as they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manifests = [
            manifest for manifest in Manifest.all_addon_manifests()
            if manifest.name.startswith("enord_sales_sync")
        ]
        models = {
            name: model for name, model in Registry(get_db_name()).items()
            if any(".enord_sales_sync" in base.__module__ for base in model._base_classes__)
        }
        cls.startClassPatcher(patch.object(Manifest, "all_addon_manifests", lambda: manifests))
        cls.startClassPatcher(patch.object(Registry, "items", lambda registry: models.items()))


@tagged("post_install", "-at_install")
class TestDocstring(OfTheseAddons, test_docstring.TestDocstring):
    pass


@tagged("post_install", "-at_install")
class TestDunderinit(OfTheseAddons, test_dunderinit.TestDunderinit):
    pass


@tagged("post_install", "-at_install")
class TestI18n(OfTheseAddons, test_i18n.TestI18n):
    pass


@tagged("post_install", "-at_install")
class TestIndex(OfTheseAddons, test_index.TestIndex):
    def fail(self, msg):
        # it lists what is missing, and looks at fields of all models
        return super().fail(msg) if "enord" in msg else None


@tagged("post_install", "-at_install")
class TestJsTranslations(OfTheseAddons, test_jstranslate.TestJsTranslations):
    pass


@tagged("post_install", "-at_install")
class TestL10n(OfTheseAddons, test_l10n.L10nLinter):
    pass


@tagged("post_install", "-at_install")
class TestManifests(OfTheseAddons, test_manifests.ManifestLinter):
    pass


@tagged("post_install", "-at_install")
class TestMarkers(OfTheseAddons, test_markers.TestConflictMarkers):
    def test_conflict_markers(self):
        for path in self.iter_module_files("*"):
            self.check_file(path)


@tagged("post_install", "-at_install")
class TestNaming(OfTheseAddons, test_naming.TestNaming):
    pass


@tagged("post_install", "-at_install")
class TestOnchangeDomains(OfTheseAddons, test_onchange_domains.TestOnchangeDomains):
    pass


@tagged("post_install", "-at_install")
class TestOrmImport(OfTheseAddons, test_orm_import.TestDunderinit):
    pass


@tagged("post_install", "-at_install")
class TestOverrideSignatures(OfTheseAddons, test_override_signatures.TestLintOverrideSignatures):
    pass


@tagged("post_install", "-at_install")
class TestPofile(OfTheseAddons, test_pofile.PotLinter):
    pass


@tagged("post_install", "-at_install")
class TestRoutes(OfTheseAddons, test_routes.RoutesLinter):
    pass


class RoomsChecker(test_test_holes.InitChecker):
    """Here one file names the tests of all rooms, and asks whether a tool of developers is there;
    Odoo's own check wants each folder to name its own."""

    def visit_ImportFrom(self, node):
        if not node.level:
            return
        names = [alias.name for alias in node.names]
        if not node.module or names == ["*"]:
            super().visit_ImportFrom(node)
        else:
            self.names.update(f"{self.prefix}{node.module}/{name}.py" for name in names)


@tagged("post_install", "-at_install")
class TestTestHoles(OfTheseAddons, test_test_holes.TestTestHoles):
    """Odoo's own runner finds each test, once."""

    def test_check_tests(self):
        with patch.object(test_test_holes, "InitChecker", RoomsChecker):
            return super().test_check_tests()


@tagged("post_install", "-at_install")
class TestAccessibleNames(OfTheseAddons, lint_case.LintCase):
    """Of views Odoo itself wants them."""

    def test_a_button_that_shows_an_icon_alone_has_a_name(self):
        for path in self.iter_module_files("*/static/src/*.xml"):
            for button in etree.parse(path).iter("button", "a", "CopyButton"):
                shown = button.xpath("normalize-space()") or button.xpath("self::*[@t-out]")
                named = button.xpath("@aria-label | @t-att-aria-label")
                self.assertTrue(shown or named, f"{path}:{button.sourceline}")
