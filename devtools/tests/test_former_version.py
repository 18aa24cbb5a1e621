import subprocess

import pytest

from devtools import former_version
from devtools.progress import Failure


@pytest.fixture
def shallow_clone(tmp_path, monkeypatch):
    """A repository with a history of its own."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    monkeypatch.setattr(former_version.paths, "REPOSITORY", tmp_path)


def test_a_history_without_the_former_version_is_said_and_how_to_get_it(shallow_clone):
    with pytest.raises(Failure, match="607515cdc.*\n.*git fetch --unshallow"):
        former_version._archive()


def test_the_former_version_is_in_this_history():
    assert b"19.0.1.0.0" in former_version._archive()
