"""`make lock`: what the project fetches, with its checksums.

Beside each file of pinned Python packages stands one with the hashes of all their files, for every
Python and machine: pip takes nothing else. Odoo's Debian package is recorded with the checksum
that Debian's signed index has of it.
"""

from pathlib import Path

from . import debian, environment, odoo_tree, paths
from .progress import Failure, run_logged, say

TOOL = environment.Packages(
    "venv-lock", "the lock tool's", "25 MB", (paths.REPOSITORY / "requirements" / "lock.txt",)
)
BENCH = paths.REPOSITORY / "requirements" / "bench.txt"


def files() -> list[Path]:
    """Every file of pinned packages."""
    packages = (environment.ODOO, environment.STOREFRONT, TOOL)
    return [*(file for one in packages for file in one.files), BENCH]


def main() -> int:
    """Write the hashes of the Python packages that are pinned, and which package of Odoo is to be
    had."""
    uv = environment.ensure(TOOL).with_name("uv")
    for file in files():
        lock(uv, file)
        say(f"  {environment.locked_file(file).relative_to(paths.REPOSITORY)}")
    record = _offered()
    odoo_tree.RECORD.write_text(record.text())
    say(f"  {odoo_tree.RECORD.relative_to(paths.REPOSITORY)}: {record.version}")
    if odoo_tree.cached_version() not in (None, record.version):
        say(f"  {odoo_tree.cached_version()} is in the cache; remove {odoo_tree.root()} to have it")
    return 0


def lock(uv: Path, file: Path) -> None:
    oldest = ".".join(map(str, environment.OLDEST))
    run_logged([
        uv, "pip", "compile", file, "-o", environment.locked_file(file), "--no-deps", "--universal",
        "--python-version", oldest, "--generate-hashes", "--no-annotate", "--no-header",
        "--no-emit-index-url", "--no-emit-find-links", "--upgrade", "--quiet",
    ], f"looking up the hashes of {file.name}", cwd=file.parent)


def _offered() -> debian.Offered:
    if not debian.Apt.is_available():
        raise Failure("Odoo's package is looked up with apt-get, which is not here.")
    work = environment.python(TOOL).parent.parent / "apt"
    versions = debian.Apt(work).versions(odoo_tree.PACKAGE, debian.UNSTABLE)
    if not versions:
        raise Failure(f"Debian's {debian.UNSTABLE} has no package {odoo_tree.PACKAGE}.")
    return versions[0]
