"""Configuration, read once from the environment (the twelve-factor way)."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

from .signature import PREFIX

REQUIRED = {
    "ERP_URL": "base URL of the ERP, for example http://localhost:8069",
    "ERP_DATABASE": "name of the ERP's database, sent as X-Odoo-Database",
    "ERP_API_KEY": "API key of this storefront, sent as a bearer token",
    "WEBHOOK_SECRET": "secret that the ERP signs its webhooks with",
    "STOREFRONT_DB": "path of the shop's SQLite file (made when missing)",
}

SHORTEST_PASSWORD = 12


class ConfigError(Exception):
    """A variable is missing or unusable; the message names it."""


@dataclass(frozen=True)
class Config:
    """Everything the shop must be told. Secrets stay out of `repr`, and so out of logs."""

    erp_url: str
    erp_database: str
    erp_api_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    database: str
    host: str = "127.0.0.1"
    port: int = 8070
    password: str = field(default="", repr=False)
    """Of /api/events and /api/orders; empty: nobody comes in."""
    https: bool = False
    """Customers come over https: their cookies go over nothing else."""
    proxy: str = ""
    """Address of the proxy in front, whose X-Forwarded-For is believed; empty: there is none."""


def from_environ(environ: Mapping[str, str]) -> Config:
    """Build the configuration.

    :raise ConfigError: naming every missing variable at once, or the first malformed one.
    """
    missing = [name for name in REQUIRED if not environ.get(name, "").strip()]
    if missing:
        lines = [f"  {name}: {REQUIRED[name]}" for name in missing]
        raise ConfigError("set these environment variables:\n" + "\n".join(lines))
    erp_url = environ["ERP_URL"].strip().rstrip("/")
    if not erp_url.startswith(("http://", "https://")):
        raise ConfigError(f"ERP_URL must begin with http:// or https://, not {erp_url!r}")
    password = environ.get("STOREFRONT_PASSWORD", "").strip()
    if password and len(password) < SHORTEST_PASSWORD:
        raise ConfigError(
            f"STOREFRONT_PASSWORD must have at least {SHORTEST_PASSWORD} characters"
        )
    return Config(
        erp_url=erp_url,
        erp_database=environ["ERP_DATABASE"].strip(),
        erp_api_key=environ["ERP_API_KEY"].strip(),
        webhook_secret=_secret(environ["WEBHOOK_SECRET"].strip()),
        database=environ["STOREFRONT_DB"].strip(),
        host=environ.get("STOREFRONT_HOST", "").strip() or Config.host,
        port=_port(environ.get("STOREFRONT_PORT", "").strip() or str(Config.port)),
        password=password,
        https=_yes_or_no("STOREFRONT_HTTPS", environ.get("STOREFRONT_HTTPS", "").strip()),
        proxy=environ.get("STOREFRONT_PROXY", "").strip(),
    )


def _secret(text: str) -> str:
    if text.startswith(PREFIX):
        try:
            base64.b64decode(text.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            raise ConfigError(f"WEBHOOK_SECRET must be Base64 after {PREFIX}") from None
    return text


def _yes_or_no(name: str, text: str) -> bool:
    if text in ("", "0", "1"):
        return text == "1"
    raise ConfigError(f"{name} must be 1 or 0, not {text!r}")


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise ConfigError(f"STOREFRONT_PORT must be a number from 1 to 65535, not {text!r}")
