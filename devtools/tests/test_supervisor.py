"""The supervisor as a real process over services that only sleep."""

import os
import signal
import subprocess
import sys
import time

import pytest

from devtools import locks, marks, paths, supervisor


def service(folder, name, command=("sleep", "300")):
    return supervisor.Service(
        name=name,
        command=list(command),
        environ=marks.environ(folder, name),
        directory=str(folder),
        log=str(folder / f"{name}.log"),
    )


@pytest.fixture
def supervise(tmp_path):
    def supervise(*services):
        supervisor.write_services(tmp_path, list(services))
        return subprocess.Popen(
            [sys.executable, "-m", "devtools.supervisor", str(tmp_path)],
            env=marks.environ(tmp_path, "supervisor") | {"PYTHONPATH": str(paths.REPOSITORY)},
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
        )

    yield supervise
    marks.end(tmp_path, patience=1)


def wait_for(found):
    deadline = time.monotonic() + 8
    while not (result := found()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return result


def test_a_killed_service_is_started_again(supervise, tmp_path):
    process = supervise(service(tmp_path, "odoo"))
    (first,) = wait_for(lambda: marks.find(tmp_path, "odoo"))
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: marks.find(tmp_path, "odoo") not in ([], [first]))
    process.terminate()
    assert process.wait(10) == 0


def test_what_a_killed_service_left_behind_is_ended_before_it_is_started_again(
    supervise, tmp_path
):
    leave = "import subprocess, time; subprocess.Popen(['sleep', '300']); time.sleep(300)"
    process = supervise(service(tmp_path, "odoo", (sys.executable, "-c", leave)))
    first = wait_for(lambda: (two := marks.find(tmp_path, "odoo")) and len(two) == 2 and two)
    os.kill(min(first), signal.SIGKILL)
    wait_for(lambda: len(now := marks.find(tmp_path, "odoo")) == 2 and not set(now) & set(first))
    process.terminate()
    assert process.wait(10) == 0


def test_stopping_leaves_no_process(supervise, tmp_path):
    process = supervise(service(tmp_path, "odoo"), service(tmp_path, "storefront"))
    wait_for(lambda: len(marks.find(tmp_path)) == 3)
    process.terminate()
    assert process.wait(10) == 0
    assert marks.find(tmp_path) == []


def test_a_stack_has_one_supervisor(supervise, tmp_path):
    first = supervise(service(tmp_path, "odoo"))
    wait_for(lambda: marks.find(tmp_path, "odoo"))
    assert locks.is_locked(tmp_path / "supervisor.lock")
    second = supervise(service(tmp_path, "odoo"))
    assert second.wait(10) == 1
    assert first.poll() is None


def test_the_lock_is_free_after_the_supervisor_was_killed(supervise, tmp_path):
    process = supervise(service(tmp_path, "odoo"))
    wait_for(lambda: marks.find(tmp_path, "odoo"))
    process.kill()
    process.wait()
    assert not locks.is_locked(tmp_path / "supervisor.lock")
    assert marks.end(tmp_path) == 1


def test_the_pause_before_a_new_attempt_grows_to_a_limit(tmp_path):
    running = supervisor.Running(tmp_path, service(tmp_path, "odoo", ("false",)))
    pauses = []
    for _ in range(6):
        running.not_before = 0
        running.keep_up()
        running.process.wait()
        running.not_before = float("inf")
        pauses.append(running.pause)
        running.keep_up()
    assert pauses == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
