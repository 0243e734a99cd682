# SPDX-License-Identifier: AGPL-3.0-or-later
"""The knobs of an installation, read from PONTE_* (and DATABASE_URL); refuses to start half-configured."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_home() -> Path:
    """Where the embedded database and the secret live unless PONTE_HOME says otherwise (XDG base directories)."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "ponte"


class Settings(BaseSettings):
    """Every setting with its unit; a wrong or missing one is named with what to write instead."""

    model_config = SettingsConfigDict(env_prefix="PONTE_", extra="ignore")

    home: Path = Field(default_factory=default_home, description="Folder of the embedded database and of the secret.")
    database_url: str | None = Field(
        default=None, validation_alias="DATABASE_URL", description="PostgreSQL server; unset: the embedded one."
    )
    host: str = Field(default="127.0.0.1", description="Address the web server listens on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port the web server listens on; 0 picks a free one.")
    public_url: str = Field(default="", description="How browsers and the SMS carrier reach this installation.")
    link_host: str = Field(default="ponte.example", description="Host (and path) put in SMS links; short on purpose.")
    secret: SecretStr | None = Field(default=None, description="Signs links; unset: kept in a file under PONTE_HOME.")
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="Opens /metrics to who watches; see SECURITY.md."
    )
    territory: str = Field(default="bergamo", description="Folder of config/territory to load.")
    sms_provider: Literal["phone", "twilio"] = Field(default="phone", description="phone: nothing leaves the machine.")
    sms_abroad: bool = Field(default=False, description="Allow SMS to numbers outside +39.")
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_from: str = Field(default="", description="Our long number, E.164, or the id of a messaging service (MG…).")
    twilio_numbers: str = Field(
        default="", description="Numbers that replies come in on, comma between; for a service."
    )
    twilio_base_url: str = Field(default="", description="Another address of the API, for tests; unset: Twilio's.")
    webhook_seconds: float = Field(
        default=0.8, gt=0, le=14, description="How long the carrier's doors may take; then 503, and it tells us again."
    )
    database_pool: int = Field(default=10, ge=1, le=100, description="Connections a process keeps open.")
    worker_concurrency: int = Field(default=4, ge=1, le=64, description="Jobs a worker process runs at once.")
    sms_posts: int = Field(default=16, ge=1, le=64, description="SMS a worker process hands over at once.")
    planner_seconds: int = Field(default=20, ge=1, le=3600, description="Wall time of a week plan.")
    repair_seconds: int = Field(default=3, ge=1, le=600, description="Wall time of a repair.")
    planner_memory_mb: int = Field(default=4096, ge=512, description="Memory limit of the planner process.")
    copy_seconds: int = Field(
        default=180,
        ge=0,
        le=3600,
        description="How often serve keeps a printable agenda under PONTE_HOME for when the database is away; 0: never.",
    )
    accessibility_url: str = Field(
        default="",
        description="The body's declaration of accessibility; unset: a page of our own says what was tested.",
    )
    privacy_url: str = Field(default="", description="The body's privacy notice; in the footer when set.")
    feedback_url: str = Field(default="", description="Where a problem is reported (https: or mailto:); in the footer.")
    demo_password: str = Field(default="", description="Of a rehearsal: its logins stand on the sign-in page.")
    planner_workers: int = Field(default=2, ge=1, le=64, description="Threads of the planner process.")

    @model_validator(mode="after")
    def twilio_is_whole(self) -> Self:
        """Half a carrier is worse than none: name every missing key at once."""
        if self.sms_provider != "twilio":
            return self
        needed = {
            "PONTE_TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "PONTE_TWILIO_AUTH_TOKEN": self.twilio_auth_token.get_secret_value(),
            "PONTE_TWILIO_FROM": self.twilio_from,
            "PONTE_PUBLIC_URL": self.public_url,
        }
        if self.twilio_from.startswith("MG"):  # replies are addressed to one of its numbers, never to the service
            needed["PONTE_TWILIO_NUMBERS"] = self.twilio_numbers
        missing = [key for key, value in needed.items() if not value]
        if missing:
            raise ValueError(f"PONTE_SMS_PROVIDER=twilio also needs {', '.join(missing)}: set them, or use 'phone'")
        return self

    @property
    def base_url(self) -> str:
        """The configured public URL, or the local one; signatures and links are built on it, never on a Host header."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def providers(self) -> tuple[str, ...]:
        """The lines an operator may choose among, the one of the settings first; 'phone' keeps everything at home."""
        return ("twilio", "phone") if self.sms_provider == "twilio" else ("phone",)

    @property
    def own_senders(self) -> tuple[str, ...]:
        """What the carrier may name as ours: the sender, and the numbers of a messaging service."""
        return tuple(one for one in (self.twilio_from, *self.twilio_numbers.replace(" ", "").split(",")) if one)

    def signing_secret(self) -> bytes:
        """The installation's secret: from PONTE_SECRET, else made once in a file only its owner can read."""
        if self.secret is not None:
            return self.secret.get_secret_value().encode()
        kept = self.home / "secret"
        if not kept.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.home, prefix="secret-") as fresh:  # made 0600, linked when whole
                fresh.write(secrets.token_hex(32).encode())
                fresh.flush()
                with contextlib.suppress(FileExistsError):
                    os.link(fresh.name, kept)
        return kept.read_bytes()
