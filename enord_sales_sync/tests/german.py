"""German in which each term has a translation: itself, after ``DE``."""

from odoo.tools.translate import code_translations


class _German(dict):

    def get(self, source, default=None):
        return f"DE {source}"


def in_german(test):
    """The test's environment for somebody who reads German."""
    test.env["res.lang"]._activate_lang("de_DE")
    test.patch(code_translations, "get_python_translations", lambda module, lang: _German())
    return test.env(context={"lang": "de_DE"})
