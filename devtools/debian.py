"""Debian packages unpacked into a folder of ours, without root.

apt does the fetching, so signatures are checked and the machine's own mirror, proxy and
keyring are used; only its state and cache are private, because an ordinary user cannot write
the system's and a fresh machine has none.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from .progress import Failure, run_logged

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
MACHINE = "machine"
UNSTABLE = "unstable"


class Offered(NamedTuple):
    """A package as Debian's signed index has it."""

    package: str
    version: str
    sha256: str

    def text(self) -> str:
        return f"Package: {self.package}\nVersion: {self.version}\nSHA256: {self.sha256}\n"


def stanzas(text: str) -> list[Offered]:
    """Packages of the form that `apt-cache show` and our own record have."""
    found = []
    for stanza in re.split(r"\n{2,}", text):
        fields = dict(re.findall(r"^(Package|Version|SHA256): (\S+)$", stanza, re.MULTILINE))
        if len(fields) == 3:
            found.append(Offered(fields["Package"], fields["Version"], fields["SHA256"]))
    return found


class Apt:
    def __init__(self, folder: Path):
        self.folder = folder
        self.updated: set[str] = set()

    @staticmethod
    def is_available() -> bool:
        return all(shutil.which(tool) for tool in ("apt-get", "dpkg-deb"))

    def fetch(self, packages: Sequence[str], suite: str) -> list[Path]:
        """Download `packages` from `suite`; only the packages named, no dependencies.

        :param packages: names, or `name=version`
        """
        self._update(suite)
        target = self.folder / "packages" / suite
        target.mkdir(parents=True, exist_ok=True)
        fetched = []
        for package in packages:
            run_logged(
                ["apt-get", *self._options(suite), "download", package],
                f"downloading Debian's {package} from {suite}",
                cwd=target,
            )
            fetched += target.glob(f"{package.partition('=')[0]}_*.deb")
        return fetched

    def offers(self, package: str, suite: str) -> bool:
        self._update(suite)
        shown = subprocess.run(
            ["apt-cache", *self._options(suite), "show", "--no-all-versions", package],
            capture_output=True,
        )
        return shown.returncode == 0 and bool(shown.stdout.strip())

    def versions(self, package: str, suite: str) -> list[Offered]:
        """What is offered of a package, the newest first."""
        self._update(suite)
        shown = subprocess.run(
            ["apt-cache", *self._options(suite), "show", package], capture_output=True, text=True
        )
        return stanzas(shown.stdout)

    def _update(self, suite: str) -> None:
        if suite in self.updated:
            return
        state = self.folder / suite
        (state / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (state / "cache" / "archives" / "partial").mkdir(parents=True, exist_ok=True)
        (state / "status").touch()
        if suite == UNSTABLE:
            (state / "sources.list").write_text(self._unstable_source())
        run_logged(["apt-get", *self._options(suite), "update"], f"reading Debian's {suite} list")
        self.updated.add(suite)

    def _options(self, suite: str) -> list[str]:
        state = self.folder / suite
        settings = {
            "Dir::State": state,
            "Dir::State::Lists": state / "lists",
            "Dir::State::status": state / "status",
            "Dir::Cache": state / "cache",
            # Translations are most of what would be read and nothing of what is needed.
            "Acquire::Languages": "none",
        }
        if os.geteuid() == 0:
            # The user that apt would change to cannot write into our folder.
            settings["APT::Sandbox::User"] = "root"
        if suite == UNSTABLE:
            settings["Dir::Etc::SourceList"] = state / "sources.list"
            settings["Dir::Etc::SourceParts"] = "/dev/null"
        return [part for key, value in settings.items() for part in ("-o", f"{key}={value}")]

    def _unstable_source(self) -> str:
        if not KEYRING.is_file():
            raise Failure(
                f"Debian's archive keyring is missing ({KEYRING}): without it the signature of "
                "Odoo's package cannot be checked. Install debian-archive-keyring, or name an "
                "Odoo 19 checkout in ODOO_HOME."
            )
        return f"deb [signed-by={KEYRING}] {self._mirror()} unstable main\n"

    def _mirror(self) -> str:
        """The mirror that this machine itself uses for Debian's main archive."""
        query = ["indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(LABEL)"]
        known = self._ask(query)
        if not known:
            self._update(MACHINE)
            known = self._ask([*self._options(MACHINE), *query])
        for line in known.splitlines():
            address, _, origin = line.partition(" ")
            if origin == "Debian Debian":
                return address
        raise Failure(
            "No Debian archive is among this machine's apt sources, so Odoo's Debian package "
            "cannot be had here. Name an Odoo 19 checkout in ODOO_HOME."
        )

    @staticmethod
    def _ask(arguments: Sequence[str]) -> str:
        command = ["apt-get", *arguments, "Created-By: Packages"]
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def unpack(package: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    run_logged(["dpkg-deb", "-x", package, folder], f"unpacking {package.name}")


def dangling_links(folder: Path) -> list[Path]:
    return [
        Path(parent) / name
        for parent, folders, files in os.walk(folder)
        for name in (*folders, *files)
        if (Path(parent) / name).is_symlink() and not (Path(parent) / name).exists()
    ]
