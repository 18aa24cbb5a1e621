"""The supervisor as a real process over services that only sleep."""

import os
import signal
import subprocess
import sys
import time

import pytest

from devtools import health, locks, marks, paths, stack, supervisor


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


def test_a_service_that_ends_again_and_again_is_named_with_its_log(supervise, tmp_path):
    (tmp_path / "log").mkdir()
    fails = service(tmp_path, "storefront", ("sh", "-c", "echo no such shop; exit 3"))
    fails.log = str(tmp_path / "log" / "storefront.log")
    process = supervise(service(tmp_path, "odoo"), fails)
    begun = time.monotonic()
    problem = health.wait(["http://127.0.0.1:1/"], 30, lambda: stack._hopeless(tmp_path, begun))
    assert problem == "storefront ended again and again right after the start."
    assert "no such shop" in stack._tails(tmp_path)
    # it may be the network's fault, and pass
    assert process.poll() is None
    process.terminate()
    assert process.wait(10) == 0


def test_a_service_killed_once_is_not_among_the_dying(supervise, tmp_path):
    supervise(service(tmp_path, "odoo"))
    (first,) = wait_for(lambda: marks.find(tmp_path, "odoo"))
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: marks.find(tmp_path, "odoo") not in ([], [first]))
    assert supervisor.dying(tmp_path) == []


def test_a_start_forgets_what_died_before_it(tmp_path):
    (tmp_path / "dying.json").write_text('["odoo"]')
    supervisor.write_services(tmp_path, [])
    assert supervisor.dying(tmp_path) == []


def test_without_a_supervisor_nobody_waits(tmp_path):
    begun = time.monotonic()
    assert stack._hopeless(tmp_path, begun) == ""
    assert "supervisor" in stack._hopeless(tmp_path, begun - stack.SUPERVISOR_SECONDS)
