import pytest

from devtools import translations


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Two add-ons of which one's terms are written."""
    monkeypatch.setattr(translations.paths, "REPOSITORY", tmp_path)
    monkeypatch.setattr(translations, "_exported", lambda: {"one": "terms\n", "two": "terms\n"})
    monkeypatch.setattr(translations, "_of_ecommerce", dict)
    (tmp_path / "one" / "i18n").mkdir(parents=True)
    (tmp_path / "one" / "i18n" / "one.pot").write_text("terms\n")
    (tmp_path / "two").mkdir()
    return tmp_path


def test_a_missing_and_a_differing_template_are_outdated(repository):
    assert translations.outdated() == ["two/i18n/two.pot"]
    (repository / "one" / "i18n" / "one.pot").write_text("former terms\n")
    assert translations.outdated() == ["one/i18n/one.pot", "two/i18n/two.pot"]


def test_the_command_writes_what_lint_wants(repository):
    assert translations.main() == 0
    assert translations.outdated() == []
