"""An Odoo 19 source tree: Debian's package unpacked into the cache, or the one in ODOO_HOME."""

import ast
import dataclasses
import hashlib
import os
import shutil
from pathlib import Path

from . import debian, marks, paths
from .locks import locked
from .progress import Failure, megabytes, say, step

SERIES = "19.0"
PACKAGE = "odoo-19"
#: Which package of Odoo the project was tested with; `make lock` writes it.
RECORD = paths.REPOSITORY / "requirements" / "odoo-19.deb822"
PYTHON_PATH = "usr/lib/python3/dist-packages"
# Odoo's Debian package holds links into these; without them every page fails on jquery.js.
ASSET_PACKAGES = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-montserrat",
)
# Left out by Debian on purpose (it blurs the background of video calls), but still part of
# every page's script, which logs an error for the missing file and fails browser tests.
LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclasses.dataclass(frozen=True)
class OdooTree:
    python_path: Path
    """The folder that `import odoo` is found in."""
    addons: tuple[Path, ...]
    identity: str
    """Changes when a database made with this tree has to be made anew."""


def ensure() -> OdooTree:
    home = os.environ.get("ODOO_HOME")
    return _named(Path(home).expanduser().absolute()) if home else _packaged()


def _named(home: Path) -> OdooTree:
    package = home / "odoo"
    if not (package / "release.py").is_file():
        raise Failure(
            f"ODOO_HOME is {home}, but there is no odoo/release.py in it. It has to name an Odoo "
            f"{SERIES} checkout, or the folder (site-packages) that an installed odoo is in."
        )
    series = _series(package / "release.py")
    if series != SERIES:
        raise Failure(f"ODOO_HOME is {home}: that is Odoo {series}, and {SERIES} is needed.")
    folders = (package / "addons", home / "addons")
    identity = hashlib.sha256(f"{home} {_revision(home)}".encode()).hexdigest()[:16]
    return OdooTree(home, tuple(folder for folder in folders if folder.is_dir()), identity)


def _series(release: Path) -> str:
    """Read without importing: Odoo's own needs may not be installed yet."""
    for node in ast.parse(release.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "version_info":
            major, minor = node.value.elts[:2]
            return ".".join(str(getattr(part, "value", "")) for part in (major, minor))
    return "of an unknown version"


def _revision(home: Path) -> str:
    head = home / ".git" / "HEAD"
    if not head.is_file():
        return ""
    text = head.read_text().strip()
    reference = home / ".git" / text.removeprefix("ref: ")
    return reference.read_text().strip() if reference.is_file() else text


def root() -> Path:
    """Where the package is unpacked."""
    return paths.cache() / "odoo" / PACKAGE


def cached_version() -> str | None:
    """Of the package that is unpacked, if one is."""
    stamp = root() / "complete"
    return stamp.read_text().split("_")[1].replace("%3a", ":") if stamp.is_file() else None


def _packaged() -> OdooTree:
    folder = root()
    with locked(folder.with_suffix(".lock"), "another download of Odoo"):
        stamp = folder / "complete"
        if not stamp.is_file():
            if not debian.Apt.is_available():
                raise Failure(
                    "Odoo 19 is not here yet. It is taken from Debian's package odoo-19, which "
                    "needs apt-get and dpkg-deb, and this machine has none of them. Fetch Odoo "
                    "19 in your own way (a checkout of its branch 19.0 will do) and name its "
                    "folder in ODOO_HOME."
                )
            with marks.marked_children(folder, "set-up"):
                _download(folder)
        identity = stamp.read_text().strip()
    python_path = folder / PYTHON_PATH
    return OdooTree(python_path, (python_path / "odoo" / "addons",), identity)


def _download(root: Path) -> None:
    building = root.with_name(root.name + ".building")
    shutil.rmtree(building, ignore_errors=True)
    shutil.rmtree(root, ignore_errors=True)
    apt = debian.Apt(building / "apt")
    chosen = _chosen(apt.versions(PACKAGE, debian.UNSTABLE))
    with step("fetching Odoo 19 from Debian (about 122 MB)") as remarks:
        (odoo,) = apt.fetch([f"{PACKAGE}={chosen.version}"], debian.UNSTABLE)
        remarks.append(megabytes(odoo))
    _check(odoo, chosen)
    with step(f"fetching {len(ASSET_PACKAGES)} packages of fonts and scripts") as remarks:
        assets = [_fetch_asset(apt, package) for package in ASSET_PACKAGES]
        remarks.append(f"{sum(asset.stat().st_size for asset in assets) / 1e6:.0f} MB")
    with step("unpacking"):
        for package in (odoo, *assets):
            debian.unpack(package, building)
        shutil.rmtree(building / "apt")
    _fill_in(building / PYTHON_PATH / "odoo" / "addons")
    if missing := debian.dangling_links(building):
        names = ", ".join(sorted(link.name for link in missing)[:5])
        raise Failure(f"Odoo's Debian package points to files that no package brought: {names}")
    (building / "complete").write_text(odoo.name + "\n")
    building.rename(root)


def _chosen(offered: list[debian.Offered]) -> debian.Offered:
    """The package that is recorded; where it is not to be had any more, the newest."""
    (recorded,) = debian.stanzas(RECORD.read_text())
    if not offered:
        raise Failure(
            f"Debian's {debian.UNSTABLE} does not have {PACKAGE} at present. Name an Odoo 19 "
            "checkout in ODOO_HOME."
        )
    for package in offered:
        if package.version == recorded.version:
            return recorded
    say(
        f"  Debian does not have {PACKAGE} {recorded.version} any more, which this was tested "
        f"with; taking {offered[0].version} (make lock records it)"
    )
    return offered[0]


def _check(file: Path, package: debian.Offered) -> None:
    with file.open("rb") as content:
        digest = hashlib.sha256()
        while piece := content.read(2**20):
            digest.update(piece)
    if digest.hexdigest() != package.sha256:
        raise Failure(
            f"{file.name} is not the file that {package.version} is known by (SHA-256 "
            f"{digest.hexdigest()}, not {package.sha256}). Do not use it before you know why."
        )


def _fill_in(addons: Path) -> None:
    file = addons / LEFT_OUT
    if not file.exists():
        file.unlink(missing_ok=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("/* Not part of Debian's package. */\n")


def _fetch_asset(apt: debian.Apt, package: str) -> Path:
    """The machine's own suite first: unstable's fonts-font-awesome lacks the files Odoo uses."""
    suite = debian.MACHINE if apt.offers(package, debian.MACHINE) else debian.UNSTABLE
    (fetched,) = apt.fetch([package], suite)
    return fetched
