"""With harmless processes: what carries a stack's mark is ended, and nothing else."""

import os
import subprocess
import sys
import time

import pytest

from devtools import marks

SLEEP = ["sleep", "300"]
# A parent that starts a child in a session of its own and waits for it.
PARENT = [
    sys.executable,
    "-c",
    "import subprocess; subprocess.Popen(['sleep', '300'], start_new_session=True).wait()",
]


@pytest.fixture
def start():
    started = []

    def start(command, environ):
        process = subprocess.Popen(command, env=environ)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(condition):
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_grandchild_in_another_session_is_found_and_ended(start, tmp_path):
    start(PARENT, marks.environ(tmp_path, "odoo"))
    wait_until(lambda: len(marks.find(tmp_path)) == 2)
    assert marks.end(tmp_path) == 2
    assert marks.find(tmp_path) == []


def test_a_grandchild_is_found_after_its_parent_was_killed(start, tmp_path):
    parent = start(PARENT, marks.environ(tmp_path, "odoo"))
    wait_until(lambda: len(marks.find(tmp_path)) == 2)
    assert marks.orphans(tmp_path) == []
    parent.kill()
    parent.wait()
    assert len(marks.find(tmp_path)) == 1
    assert marks.orphans(tmp_path) == marks.find(tmp_path)
    assert marks.end(tmp_path) == 1


def test_processes_without_the_mark_or_with_another_one_are_left_alone(start, tmp_path):
    mine = start(SLEEP, marks.environ(tmp_path / "mine", "odoo"))
    other = start(SLEEP, marks.environ(tmp_path / "mine-too", "odoo"))
    unmarked = start(SLEEP, dict(os.environ))
    wait_until(lambda: marks.find(tmp_path / "mine") == [mine.pid])
    assert marks.end(tmp_path / "mine") == 1
    assert mine.wait(5) != 0
    assert other.poll() is None
    assert unmarked.poll() is None


def test_only_the_named_service_is_ended(start, tmp_path):
    odoo = start(SLEEP, marks.environ(tmp_path, "odoo"))
    shop = start(SLEEP, marks.environ(tmp_path, "storefront"))
    wait_until(lambda: len(marks.find(tmp_path)) == 2)
    assert marks.end(tmp_path, "odoo") == 1
    assert odoo.wait(5) != 0
    assert shop.poll() is None


def test_what_ignores_the_polite_signal_is_killed(start, tmp_path):
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); "
    command = [sys.executable, "-c", stubborn + "time.sleep(300)"]
    process = subprocess.Popen(
        command, env=marks.environ(tmp_path, "odoo"), stdout=subprocess.PIPE
    )
    process.stdout.readline()
    assert marks.end(tmp_path, patience=0.3) == 1
    assert process.wait(5) == -9
    process.stdout.close()


def test_a_process_is_never_asked_to_end_itself(monkeypatch, tmp_path):
    assert os.getpid() not in marks.find(tmp_path)


def test_children_of_a_set_up_step_are_marked_and_nothing_afterwards(start, tmp_path):
    with marks.marked_children(tmp_path, "set-up"):
        inside = start(SLEEP, dict(os.environ))
        wait_until(lambda: marks.find(tmp_path) == [inside.pid])
    after = start(SLEEP, dict(os.environ))
    with marks.marked_children(tmp_path, "set-up"):
        assert inside.wait(5) != 0
    assert after.poll() is None
