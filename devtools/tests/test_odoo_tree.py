import pytest

from devtools import debian, odoo_tree
from devtools.progress import Failure


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    release = tmp_path / "odoo" / "release.py"
    release.parent.mkdir()
    (release.parent / "addons").mkdir()
    release.write_text("FINAL = 'final'\nversion_info = (19, 0, 0, FINAL, 0, '')\n")
    return tmp_path


def test_an_installation_named_in_odoo_home_is_used(home):
    tree = odoo_tree.ensure()
    assert tree.python_path == home
    assert tree.addons == (home / "odoo" / "addons",)


def test_a_checkout_brings_its_second_addons_folder(home):
    (home / "addons").mkdir()
    assert odoo_tree.ensure().addons == (home / "odoo" / "addons", home / "addons")


def test_a_checkouts_identity_changes_with_its_commit(home):
    (home / ".git").mkdir()
    head = home / ".git" / "HEAD"
    head.write_text("1111111111111111111111111111111111111111\n")
    first = odoo_tree.ensure().identity
    head.write_text("2222222222222222222222222222222222222222\n")
    assert odoo_tree.ensure().identity != first


def test_another_series_is_refused(home):
    (home / "odoo" / "release.py").write_text("version_info = (18, 0, 0, 'final', 0, '')\n")
    with pytest.raises(Failure, match=r"18\.0.*19\.0"):
        odoo_tree.ensure()


def test_a_folder_without_odoo_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(Failure, match="ODOO_HOME"):
        odoo_tree.ensure()


def test_a_machine_without_apt_is_told_what_to_do(tmp_path, monkeypatch):
    monkeypatch.delenv("ODOO_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(debian.Apt, "is_available", staticmethod(lambda: False))
    with pytest.raises(Failure, match="ODOO_HOME"):
        odoo_tree.ensure()


def test_links_to_nowhere_are_found_in_any_depth(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "good").symlink_to("b")
    bad = tmp_path / "a" / "b" / "jquery.js"
    bad.symlink_to("../../nowhere/jquery.js")
    assert debian.dangling_links(tmp_path) == [bad]
