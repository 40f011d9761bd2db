"""A real homeserver for the demo and the end-to-end tests: Synapse with SQLite in a directory, loopback only.

It knows no other server, keeps its log in the directory, and is gone when the process that started it is.
"""

import asyncio
import base64
import hashlib
import hmac
import importlib.util
import json
import secrets
import socket
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import aiohttp

from bot.demo.participant import Participant
from bot.demo.process import Child, StartFailedError

RateLimits = Literal["raised", "default"]

# Every limit of Synapse that a client can run into (its configuration manual, "Ratelimiting").
_LIMITS = (
    "rc_message", "rc_registration", "rc_registration_token_validity", "rc_admin_redaction",
    "rc_joins_per_room", "rc_3pid_validation", "rc_third_party_invite", "rc_media_create",
    "rc_delayed_event_mgmt", "rc_room_creation", "rc_reports", "rc_user_directory", "rc_profile",
    "rc_key_requests",
)  # fmt: skip
_NESTED_LIMITS = {
    "rc_login": ("address", "account", "failed_attempts"),
    "rc_joins": ("local", "remote"),
    "rc_invites": ("per_room", "per_user", "per_issuer"),
    "rc_presence": ("per_user",),
}
PASSWORD = "hotspot"  # noqa: S105 - everybody's, on a server that only this machine reaches
_NO_LIMIT = {"per_second": 10_000, "burst_count": 10_000}


class Synapse:
    """An embedded homeserver: `async with Synapse(directory) as synapse`.

    `directory` is made when missing; an existing one is continued with its users and rooms (give the same
    `server_name`). `port` 0 takes a free one. `rate_limits` "default" leaves Synapse's own limits on.
    Not bound to an event loop: it may be started in one and used from another.
    """

    def __init__(
        self,
        directory: Path,
        *,
        server_name: str = "example.dk",
        port: int = 0,
        rate_limits: RateLimits = "raised",
    ) -> None:
        self.directory = directory
        self.server_name = server_name
        self.rate_limits = rate_limits
        self.port = port
        self._any_port = port == 0
        self._child: Child | None = None
        self._secret = ""

    @property
    def url(self) -> str:
        """The base address for clients."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The homeserver's process id; raises RuntimeError when it was not started."""
        if self._child is None:
            raise RuntimeError("the homeserver was not started")
        return self._child.pid

    @property
    def running(self) -> bool:
        """True while the homeserver's process lives."""
        return self._child is not None and self._child.running

    def mxid(self, localpart: str) -> str:
        """The full user id of a localpart on this server."""
        return f"@{localpart}:{self.server_name}"

    async def start(self, timeout: float = 60.0) -> None:
        """Start and wait until clients are answered.

        Raises StartFailedError with the last log lines when it ends early or needs longer than `timeout` s.
        """
        if importlib.util.find_spec("synapse") is None:
            raise StartFailedError("matrix-synapse is not installed; it comes with the extra [demo]")
        for attempt in (1, 2, 3):
            if self._any_port:
                self.port = _bound_port(0)
            elif not _bound_port(self.port):
                # Whoever is there would answer our question for readiness in Synapse's place.
                raise StartFailedError(f"port {self.port} is already in use")
            self._configure()
            try:
                await self._start_once(timeout)
            except StartFailedError as failed:
                # Somebody else may take the free port between our look and Synapse's bind.
                if self._any_port and attempt < 3 and "already in use" in str(failed):
                    continue
                raise
            self._any_port = False  # a restart keeps the address
            return

    async def stop(self, grace: float = 10.0) -> None:
        """Stop the homeserver; SIGKILL after `grace` seconds. Its data stays. Harmless when not running."""
        if self._child is not None and self._child.running:
            await self._child.stop(grace)

    async def kill(self) -> None:
        """End the homeserver as a power cut would. Its data stays as it was at that moment."""
        if self._child is not None and self._child.running:
            await self._child.kill()

    async def restart(self, *, sudden: bool = False) -> None:
        """Stop (or kill, if `sudden`) and start again with the same data on the same port."""
        await (self.kill() if sudden else self.stop())
        await self.start()

    async def register(
        self,
        localpart: str,
        password: str = PASSWORD,
        displayname: str | None = None,
        *,
        admin: bool = False,
    ) -> Participant:
        """Create a user, by the shared secret, and return them logged in, on a device without keys yet.

        The caller closes the participant. Raises MatrixError when the localpart is taken.
        """
        participant = Participant(self.url, self.mxid(localpart), displayname or localpart, password)
        path = "/_synapse/admin/v1/register"
        kind = "admin" if admin else "notadmin"
        try:
            nonce: str = (await participant.call("GET", path))["nonce"]
            signed = "\0".join((nonce, localpart, password, kind)).encode()
            body = {
                "nonce": nonce,
                "username": localpart,
                "displayname": participant.displayname,
                "password": password,
                "admin": admin,
                "mac": hmac.new(self._secret.encode(), signed, hashlib.sha1).hexdigest(),
            }
            answer = await participant.call("POST", path, body)
        except BaseException:
            await participant.close()
            raise
        participant.access_token, participant.device_id = answer["access_token"], answer["device_id"]
        return participant

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _start_once(self, timeout: float) -> None:
        log = self.directory / "homeserver.log"
        config = self.directory / "homeserver.yaml"
        command = [sys.executable, "-m", "synapse.app.homeserver", "--config-path", str(config)]
        child = self._child = Child("Synapse", command, log)
        child.start()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        wait = aiohttp.ClientTimeout(total=2)
        async with aiohttp.ClientSession(timeout=wait) as session:
            while True:
                if not child.running:
                    raise StartFailedError(f"Synapse ended with status {child.returncode}:\n{child.tail()}")
                try:
                    async with session.get(f"{self.url}/_matrix/client/versions") as answer:
                        if answer.status == 200 and child.running:
                            return
                except (aiohttp.ClientError, TimeoutError):
                    pass
                if loop.time() > deadline:
                    await child.kill()
                    raise StartFailedError(f"Synapse was not ready after {timeout:g} s:\n{child.tail()}")
                await asyncio.sleep(0.05)

    def _configure(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        key = self.directory / "signing.key"
        if not key.exists():
            seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
            _write_private(key, f"ed25519 a_demo {seed}\n")
        secret = self.directory / "registration.secret"
        if not secret.exists():
            _write_private(secret, secrets.token_urlsafe(32))
        self._secret = secret.read_text(encoding="utf-8")
        # JSON is YAML, so no YAML library is needed.
        _write_private(self.directory / "log.yaml", json.dumps(_LOGGING))
        _write_private(self.directory / "homeserver.yaml", json.dumps(self._settings(), indent=1))

    def _settings(self) -> dict[str, Any]:
        here = self.directory.resolve()
        settings: dict[str, Any] = {
            "server_name": self.server_name,
            "public_baseurl": f"{self.url}/",
            "listeners": [
                {
                    "port": self.port,
                    "type": "http",
                    "bind_addresses": ["127.0.0.1"],
                    "resources": [{"names": ["client", "media"]}],
                }
            ],
            "database": {"name": "sqlite3", "args": {"database": str(here / "homeserver.db")}},
            "log_config": str(here / "log.yaml"),
            "media_store_path": str(here / "media"),
            "signing_key_path": str(here / "signing.key"),
            "registration_shared_secret": self._secret,
            "macaroon_secret_key": self._secret,
            "form_secret": self._secret,
            # A few rounds of bcrypt: a user in milliseconds. The passwords here guard nothing.
            "bcrypt_rounds": 4,
            "report_stats": False,
            "trusted_key_servers": [],
            "suppress_key_server_warning": True,
            "federation_domain_whitelist": [],
            "url_preview_enabled": False,
            "presence": {"enabled": False},
            "enable_metrics": False,
        }
        if self.rate_limits == "raised":
            settings.update(dict.fromkeys(_LIMITS, _NO_LIMIT))
            for name, parts in _NESTED_LIMITS.items():
                settings[name] = dict.fromkeys(parts, _NO_LIMIT)
        return settings


_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
}


def _bound_port(port: int) -> int:
    """The port that could be bound just now (a free one for 0), or 0 when it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
        bound: int = probe.getsockname()[1]
        return bound


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
