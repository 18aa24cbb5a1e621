import pytest

from devtools import languages, translations

TERMS = 'msgid ""\nmsgstr ""\n\nmsgid "Stock"\nmsgstr ""\n'


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Two add-ons of which one's terms are written."""
    monkeypatch.setattr(translations.paths, "REPOSITORY", tmp_path)
    monkeypatch.setattr(translations, "_exported", lambda: {"one": TERMS, "two": TERMS})
    monkeypatch.setattr(translations, "_of_ecommerce", dict)
    (tmp_path / "one" / "i18n").mkdir(parents=True)
    (tmp_path / "one" / "i18n" / "one.pot").write_text(TERMS)
    (tmp_path / "two").mkdir()
    return tmp_path


def test_a_missing_and_a_differing_template_are_outdated(repository):
    assert translations.outdated() == ["two/i18n/two.pot"]
    (repository / "one" / "i18n" / "one.pot").write_text(TERMS.replace("Stock", "Shelf"))
    assert translations.outdated() == ["one/i18n/one.pot", "two/i18n/two.pot"]


def test_the_command_writes_what_lint_wants(repository):
    assert translations.main() == 0
    assert translations.outdated() == []
    for language in languages.LANGUAGES:
        assert "Stock" in (repository / "two" / "i18n" / f"{language}.po").read_text()
