import polib
import pytest

from devtools import languages


def po(file, **terms):
    entries = polib.POFile()
    entries.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    entries.extend(polib.POEntry(msgid=term, msgstr=text) for term, text in terms.items())
    entries.save(file)


@pytest.fixture
def template(tmp_path):
    """A template whose two terms are translated."""
    file = tmp_path / "one.pot"
    po(file, Order="", Stock="")
    for language in languages.LANGUAGES:
        po(tmp_path / f"{language}.po", Order="o", Stock="s")
    return file


def test_complete_translations_have_no_problem(template):
    assert not list(languages.problems(template))


def test_a_language_that_is_not_there_lacks_everything(template):
    template.with_name("hi.po").unlink()
    [problem] = languages.problems(template)
    assert "2 terms are not in hi.po" in problem


def test_new_and_former_terms_are_found_and_the_command_mends_what_it_can(template):
    po(template, Order="", Event="")
    assert len(list(languages.problems(template))) == 2 * len(languages.LANGUAGES)
    languages.write(template)
    found = list(languages.problems(template))
    assert [problem.split("“")[1][:5] for problem in found] == ["Event"] * len(languages.LANGUAGES)
    kept = {entry.msgid: entry.msgstr for entry in polib.pofile(str(template.with_name("de.po")))}
    assert kept == {"Order": "o", "Event": ""}


@pytest.mark.parametrize("translation", ["%s", "%(count)s", "<b>%(counted)s</b>", ""])
def test_a_translation_has_the_terms_own_placeholders(template, translation):
    term = "<b>%(count)s</b>"
    po(template, **{term: ""})
    for language in languages.LANGUAGES:
        po(template.with_name(f"{language}.po"), **{term: translation})
    assert len(list(languages.problems(template))) == len(languages.LANGUAGES)
