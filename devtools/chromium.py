"""The browser for the tests that need one: the system's Chromium."""

import os
import shutil

from .progress import Failure, run_logged, step

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def ensure() -> str:
    """The browser's path; root gets it installed where it is missing."""
    if found := find():
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Failure(
            "The browser tests need Chromium, and there is none on PATH. Install it (on Debian: "
            "apt-get install chromium, as root) and run this again."
        )
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with step("installing Chromium for the browser tests (about 90 MB to fetch)"):
        run_logged(["apt-get", "update"], "reading Debian's package lists", env=quiet)
        command = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
        run_logged(command, "installing Chromium", env=quiet)
    if found := find():
        return found
    raise Failure("Chromium was installed, but it is not on PATH.")
