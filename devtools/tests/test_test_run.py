import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from devtools import marks, paths, test_run
from devtools.shop_client import wait_for
from devtools.test_counts import Counts


def test_the_files_that_are_named_are_there():
    for named in (*test_run.INDIAN, *test_run.BESIDE, *test_run.SELLING):
        assert (paths.REPOSITORY / named).exists(), named


@pytest.fixture
def kinds(monkeypatch, tmp_path):
    """Let these be the kinds: each ends when the one that it waits for has ended, if any."""
    monkeypatch.setattr(test_run, "VAR", tmp_path)
    noted = []

    def make(**waits_for):
        def kind(name):
            def run():
                noted.append(f"{name} begins")
                before = waits_for[name] and f"{waits_for[name]} ends"
                assert wait_for(lambda: not before or before in noted, bool)
                noted.append(f"{name} ends")
                (tmp_path / f"{name}.log").write_text(f"what {name} prints")
                return Counts(passed=1)

            return run

        monkeypatch.setattr(test_run, "KINDS", {name: kind(name) for name in waits_for})
        return noted

    return make


def test_two_kinds_run_at_a_time_and_the_next_takes_the_place_that_is_free(kinds, capsys):
    noted = kinds(longest="short", long="", short="")
    assert test_run.main() == 0
    assert noted.index("long ends") < noted.index("short begins")
    assert noted[-1] == "longest ends"
    said = capsys.readouterr().out
    assert [said.count(f"what {name} prints") for name in test_run.KINDS] == [1, 1, 1]
    assert said.endswith("3 passed, 0 failed\n")


def test_only_those_that_are_named_run(kinds):
    noted = kinds(one="", two="", three="")
    assert test_run.main(["two"]) == 0
    assert noted == ["two begins", "two ends"]


def test_what_runs_beside_e2e_lets_it_go_first(kinds, monkeypatch, tmp_path):
    kinds(e2e="", other="")
    nice = {}

    def note(kind):
        def run():
            command = [sys.executable, "-c", "import os; print(os.nice(0))"]
            nice[kind] = int(subprocess.check_output(command))
            (tmp_path / f"{kind}.log").write_text("")
            return Counts(passed=1)

        return run

    monkeypatch.setattr(test_run, "KINDS", {kind: note(kind) for kind in test_run.KINDS})
    assert test_run.main() == 0
    assert nice == {"e2e": os.nice(0), "other": max(os.nice(0), test_run.NICE)}


def test_a_session_is_as_nice_as_who_started_it():
    groups = Path("/proc/self/autogroup").exists()

    def begin():
        os.setpriority(os.PRIO_PROCESS, 0, max(os.nice(0), 12))
        process = subprocess.Popen(["sleep", "60"], start_new_session=True)
        marks.as_nice(process.pid)
        return process

    with ThreadPoolExecutor(1) as lane:
        process = lane.submit(begin).result()
    try:
        assert os.getpriority(os.PRIO_PROCESS, process.pid) >= 12
        if groups:
            assert Path(f"/proc/{process.pid}/autogroup").read_text().endswith("nice 12\n")
    finally:
        process.kill()
        process.wait()


def test_what_still_runs_is_ended_when_one_breaks(kinds, monkeypatch, tmp_path):
    kinds(broken="", other="", later="")
    ended = []

    def broken():
        raise ZeroDivisionError

    def other():
        while len(ended) < 2:
            time.sleep(0.01)
        (tmp_path / "other.log").write_text("")
        return Counts()

    monkeypatch.setitem(test_run.KINDS, "broken", broken)
    monkeypatch.setitem(test_run.KINDS, "other", other)
    monkeypatch.setattr(marks, "end", ended.append)
    with pytest.raises(ZeroDivisionError):
        test_run.main()
    assert ended == [tmp_path] * 2
