"""What a stack remembers between two starts: ports, secrets, and what its database holds."""

import dataclasses
import json
import secrets
from pathlib import Path

from . import paths, ports


@dataclasses.dataclass
class State:
    folder: Path
    ports: dict[str, int] = dataclasses.field(default_factory=dict)
    postgres_password: str = ""
    webhook_secret: str = ""
    storefront_password: str = ""
    api_key: str = ""
    base_key: str = ""
    """Which Odoo and which modules the database was made with."""
    addon_hash: str = ""
    """Sources that the database was last installed or updated with."""
    served_hash: str = ""
    """Sources that the running processes were started with."""
    provisioned: str = ""

    @classmethod
    def load(cls, folder: Path) -> "State":
        file = folder / "state.json"
        try:
            kept = json.loads(file.read_text())
        except (OSError, ValueError):
            kept = {}
        known = {field.name for field in dataclasses.fields(cls)} - {"folder"}
        state = cls(folder, **{name: kept[name] for name in known & kept.keys()})
        state.postgres_password = state.postgres_password or secrets.token_urlsafe(24)
        state.webhook_secret = state.webhook_secret or secrets.token_hex(32)
        state.storefront_password = state.storefront_password or secrets.token_urlsafe(24)
        return state

    def save(self) -> None:
        content = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name != "folder"
        }
        paths.write_private(self.folder / "state.json", json.dumps(content, indent=2) + "\n")

    def forget_database(self) -> None:
        self.api_key = self.base_key = self.addon_hash = self.provisioned = ""

    @property
    def odoo_url(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.ports['odoo']}"

    @property
    def workers_url(self) -> str:
        """Odoo's workers themselves, without what is in front of them."""
        return f"http://{ports.LOOPBACK}:{self.ports.get('workers', self.ports['odoo'])}"

    @property
    def websocket_url(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.ports['gevent']}"

    @property
    def storefront_url(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.ports['storefront']}"
