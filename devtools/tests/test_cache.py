import os
import stat

from devtools import paths


def entry(parent, name, age):
    folder = parent / name
    folder.mkdir()
    stamp = folder / "complete"
    stamp.touch()
    then = stamp.stat().st_mtime - age
    os.utime(stamp, (then, then))
    return folder


def test_only_entries_both_old_and_beyond_the_newest_are_unused(tmp_path):
    oldest = entry(tmp_path, "a", 900)
    entry(tmp_path, "b", 800)
    entry(tmp_path, "c", 10)
    (tmp_path / "being built").mkdir()
    assert paths.unused(tmp_path, keep=2, seconds=600) == [oldest]
    assert paths.unused(tmp_path, keep=3, seconds=600) == []
    assert paths.unused(tmp_path, keep=2, seconds=1000) == []


def test_a_private_file_is_replaced_whole_and_unreadable_to_others(tmp_path):
    file = tmp_path / "connection.json"
    file.write_text("an older and much longer content")
    file.chmod(0o644)
    paths.write_private(file, "new")
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]
