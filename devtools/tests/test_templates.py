import pytest

from devtools import paths, recipes, template
from devtools.odoo_tree import OdooTree


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Keys of a repository with one file in each add-on."""
    for addon in (*paths.ADDONS, *paths.BESIDE_NEIGHBOURS):
        (tmp_path / addon / "tests").mkdir(parents=True)
        (tmp_path / addon / "models.py").touch()
    monkeypatch.setattr(paths, "REPOSITORY", tmp_path)
    return OdooTree(tmp_path, (tmp_path,), "an Odoo")


def changed_by(tree, file):
    """The kinds of templates that are out of date once `file` has changed."""
    before = {kind: template.key(kind, tree) for kind in recipes.RECIPES}
    (paths.REPOSITORY / file).write_text("changed")
    return {kind for kind in recipes.RECIPES if template.key(kind, tree) != before[kind]}


def test_the_add_on_makes_those_with_it_out_of_date_and_no_other(tree):
    with_it = {"plain", "demo", "generic", "neighbours"}
    assert changed_by(tree, "enord_sales_sync/models.py") == with_it


def test_what_is_beside_neighbours_only_makes_theirs_out_of_date(tree):
    for addon in paths.BESIDE_NEIGHBOURS:
        assert changed_by(tree, f"{addon}/models.py") == {"neighbours"}


def test_a_test_makes_none_out_of_date(tree):
    assert changed_by(tree, "enord_sales_sync/tests/test_new.py") == set()


def test_what_is_built_on_another_is_built_on_one_without_this_repositorys_add_ons():
    for recipe in recipes.RECIPES.values():
        if recipe.parent:
            assert not recipes.RECIPES[recipe.parent].addons
