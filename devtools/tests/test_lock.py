"""What is fetched is known by its checksum: Python packages and Odoo's."""

import hashlib
import re

import pytest

from devtools import debian, environment, lock, odoo_tree
from devtools.progress import Failure

STANZA = """\
Package: odoo-19
Architecture: all
Version: {}
Filename: pool/main/o/odoo-19/odoo-19_{}_all.deb
SHA256: {}
"""


def pins(text):
    """``name==version`` with its marker, however `python_version` is spelt."""
    return {
        line.rstrip(" \\").replace("python_full_version", "python_version").replace(".*'", "'")
        for line in text.splitlines() if "==" in line.partition(";")[0]
    }


@pytest.mark.parametrize("file", lock.files(), ids=lambda file: "/".join(file.parts[-2:]))
def test_what_is_locked_is_what_is_pinned(file):
    locked = environment.locked_file(file).read_text()
    assert pins(locked) == pins(file.read_text())
    # name the packages alone: where they are had from is the machine's matter
    assert "//" not in locked
    for package in re.split(r"(?m)^(?=\S)", locked)[1:]:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", package), package[:60]


@pytest.mark.parametrize("has", [f" --hash=sha256:{'0' * 64}", ""], ids=["wrong", "none"])
def test_only_packages_with_the_right_hashes_are_installed(tmp_path, has):
    file = tmp_path / "requirements.txt"
    file.write_text("six==1.17.0\n")
    environment.locked_file(file).write_text(f"six==1.17.0{has}\n")
    packages = environment.Packages(f"venv-{tmp_path.name}", "a test's", "0 MB", (file,))
    interpreter = tmp_path / "venv" / "bin" / "python"
    with pytest.raises(Failure, match="(?i)hashes"):
        environment._build(packages, interpreter.parent.parent, interpreter)


@pytest.fixture
def record(tmp_path, monkeypatch):
    """Records a package of Odoo; the file that it is has the content ``Odoo``."""
    monkeypatch.setattr(odoo_tree, "RECORD", tmp_path / "odoo.deb822")

    def record(version, sha256):
        package = debian.Offered("odoo-19", version, sha256)
        odoo_tree.RECORD.write_text(package.text())
        return package

    return record


def offered(*versions):
    return debian.stanzas("\n".join(STANZA.format(v, v, "ab" * 32) for v in versions))


def test_the_recorded_package_of_odoo_is_taken_where_it_is_offered(record):
    recorded = record("19.0.0+dfsg-1", "cd" * 32)
    # what it is held against is the record, not what the index says today
    assert odoo_tree._chosen(offered("19.0.0+dfsg-2", "19.0.0+dfsg-1")) == recorded


def test_another_is_taken_where_it_is_not_offered_any_more_and_that_is_said(record, capsys):
    record("19.0.0+dfsg-1", "cd" * 32)
    chosen = odoo_tree._chosen(offered("19.0.0+dfsg-3", "19.0.0+dfsg-2"))
    assert chosen.version == "19.0.0+dfsg-3"
    said = capsys.readouterr().out
    assert "19.0.0+dfsg-1" in said and "19.0.0+dfsg-3" in said and "make lock" in said


def test_where_none_is_offered_it_is_said_what_to_do(record):
    record("19.0.0+dfsg-1", "cd" * 32)
    with pytest.raises(Failure, match="ODOO_HOME"):
        odoo_tree._chosen([])


def test_a_package_with_another_checksum_is_refused(record, tmp_path):
    file = tmp_path / "odoo-19_1_all.deb"
    file.write_bytes(b"Odoo")
    with pytest.raises(Failure, match="SHA-256"):
        odoo_tree._check(file, record("1", "cd" * 32))
    odoo_tree._check(file, record("1", hashlib.sha256(b"Odoo").hexdigest()))


def test_the_record_is_of_a_package_of_this_series():
    (recorded,) = debian.stanzas(odoo_tree.RECORD.read_text())
    assert recorded.package == odoo_tree.PACKAGE
    assert recorded.version.startswith("19.0")
    assert re.fullmatch("[0-9a-f]{64}", recorded.sha256)
