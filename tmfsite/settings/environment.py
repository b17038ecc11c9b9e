"""The settings that come from the environment: one typed field each, with default, unit and meaning.

A field has the name of its variable and becomes the Django setting of that name. `docs/settings.md` is made from it.
"""

import contextlib
import difflib
import os
import secrets
from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
)

PROJECT: Final = Path(__file__).resolve().parents[2]
OTHERS: Final = ("TMF_SPECS",)  # where the tests find the official specifications
LOOPBACK: Final = ("127.0.0.0/8", "::1/128")


def _split(text: Any) -> Any:
    return [part.strip() for part in text.split(",") if part.strip()] if isinstance(text, str) else text


def _network(text: str) -> str:
    return str(ip_network(text))


def _mode_per_api(text: Any) -> Any:
    """Read `strict,tmf641=warn` into `{"default": "strict", "tmf641": "warn"}`."""
    if not isinstance(text, str):
        return text
    pairs = (part.rpartition("=") for part in _split(text))
    return {"default": "strict"} | {api or "default": mode for api, _, mode in pairs}


def _web_address(text: str) -> str:
    if not text:
        return text
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("not an http or https address")
    return text.rstrip("/")


def _places(text: Any) -> Any:
    """Read `CFSS-Fibre=https://…,default=local` into a dict; the part behind the first `=` is the place."""
    if not isinstance(text, str):
        return text
    pairs = (part.partition("=") for part in _split(text))
    return {name.strip(): place.strip() for name, _, place in pairs}


def _place(text: str) -> str:
    return text if text in ("local", "manual") else _web_address(text)


def _database(text: str) -> str:
    if text and urlsplit(text).scheme not in ("postgresql", "postgres", "sqlite"):
        raise ValueError("neither a postgresql:// nor a sqlite:/// address")
    return text


def _broker(text: str) -> str:
    if text and urlsplit(text).scheme not in ("redis", "rediss", "amqp", "amqps", "filesystem"):
        raise ValueError("not an address of Redis or RabbitMQ")
    return text


def _key(text: str) -> str:
    if text and (len(text) < 50 or len(set(text)) < 5):
        raise ValueError("too short or too simple")
    return text


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
Networks = Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], BeforeValidator(_split)]
ApiKey = Annotated[str, Field(pattern=r"^(default|tmf\d{3})$")]
Places = Annotated[dict[str, Annotated[str, AfterValidator(_place)]], BeforeValidator(_places)]
ModePerApi = Annotated[dict[ApiKey, Literal["strict", "warn", "off"]], BeforeValidator(_mode_per_api)]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]


def setting(
    default: Any, meaning: str, *, expects: str, group: str, shown: str | None = None, secret: bool = False
) -> Any:
    """Declare a setting: its default, what it means, what a value looks like, and its place in the table.

    `shown` is the default as the table words it where it is derived; the value of a `secret` is never printed.
    """
    extra: dict[str, JsonValue] = {"expects": expects, "group": group, "shown": shown, "secret": secret}
    return Field(default, description=meaning, json_schema_extra=extra)


class Environment(BaseModel):
    """Every variable that is read, each under its own name."""

    model_config = ConfigDict(frozen=True)

    TMF_MODE: Literal["embedded", "production"] = setting(
        "embedded",
        "`embedded` needs nothing but this folder; `production` refuses to start with a default that is unsafe there.",
        expects="`embedded` or `production`",
        group="Running",
        shown="`production` when `DATABASE_URL` is set, else `embedded`",
    )
    TMF_DATA_DIR: Path = setting(
        PROJECT / "var",
        "Folder of the SQLite database, the message queue, keys and files. `--data-dir` of any command is the same.",
        expects="a path",
        group="Running",
        shown="`var` in the project folder",
    )
    DATABASE_URL: Annotated[str, AfterValidator(_database)] = setting(
        "",
        "The database. Required in production.",
        expects="`postgresql://user:password@host:5432/name` or `sqlite:////path/to/file`",
        group="Running",
        shown="SQLite in the data folder",
        secret=True,
    )
    CELERY_BROKER_URL: Annotated[str, AfterValidator(_broker)] = setting(
        "",
        "The message broker of the background workers. Required in production.",
        expects="`redis://host:6379/0` or `amqp://user:password@host:5672//`",
        group="Running",
        shown="files in the data folder",
        secret=True,
    )
    TMF_PUBLIC_URL: Annotated[str, AfterValidator(_web_address)] = setting(
        "",
        "Address under which clients reach this server: the root of every `href`. Required in production.",
        expects="`https://tmf.example.com`",
        group="Running",
        shown="that of the request; events need it set",
    )
    TMF_SECRET_KEY: Annotated[str, AfterValidator(_key)] = setting(
        "",
        "Signs sessions and forms. Required in production.",
        expects="at least 50 random characters",
        group="Running",
        shown="made once and kept in the data folder",
        secret=True,
    )
    TMF_ALLOWED_HOSTS: Words = setting(
        (),
        "Host names under which requests are accepted.",
        expects="names parted by commas; `*` takes any",
        group="Running",
        shown="the host of `TMF_PUBLIC_URL`; this machine when embedded",
    )
    TMF_FORWARDED_HEADERS: bool = setting(
        False,
        "Believe `X-Forwarded-Proto`; only behind a proxy that sets it itself.",
        expects="`true` or `false`",
        group="Running",
    )
    TMF_HSTS_SECONDS: Count = setting(
        31_536_000,
        "Time for which browsers insist on https, when `TMF_PUBLIC_URL` is an https address.",
        expects="seconds; 0 turns it off",
        group="Running",
    )
    TMF_DEBUG: bool = setting(
        False,
        "Show tracebacks in the browser. Refused in production.",
        expects="`true` or `false`",
        group="Running",
    )

    TMF_DEFAULT_LIMIT: Positive = setting(
        100, "Length of a list when the client names no `limit`.", expects="resources", group="API"
    )
    TMF_MAX_LIMIT: Positive = setting(
        1000,
        "Longest list that one request may ask for; a greater `limit` is cut to it.",
        expects="resources",
        group="API",
    )
    TMF_EXACT_COUNT_LIMIT: Positive = setting(
        100_000,
        "Matches up to which `X-Total-Count` is exact; above it is an estimate.",
        expects="resources",
        group="API",
    )
    TMF_PARTIAL_STATUS: Annotated[Literal[200, 206], BeforeValidator(lambda value: int(value))] = setting(
        206,
        "Status of a list that is a part, when the client sent `offset` or `limit`.",
        expects="`200` or `206`",
        group="API",
    )
    TMF_STRICT_REFERENCES: Words = setting(
        (),
        "APIs in which a reference to a resource kept here must exist.",
        expects="`tmf620,tmf622`, or `all`",
        group="API",
        shown="none",
    )
    TMF_PAYMENT_GATEWAY: bool = setting(
        False,
        "Whether a payment gateway reports what becomes of payments; without one they are done when they are noted.",
        expects="`true` or `false`",
        group="API",
    )
    TMF_LIFECYCLE_MODE: ModePerApi = setting(
        {"default": "strict"},
        "Whether a forbidden change of state is refused, noted in the log, or let pass; for all APIs and for single ones.",
        expects="`strict`, `warn` or `off`, then exceptions: `strict,tmf641=warn`",
        group="API",
        shown="`strict`",
    )
    TMF_MAX_BODY_SIZE: Positive = setting(10_485_760, "Largest request body.", expects="bytes", group="API")
    TMF_MAX_NESTING: Positive = setting(64, "Deepest nesting of a JSON body.", expects="levels", group="API")
    TMF_READS_PER_MINUTE: Count = setting(
        12_000,
        "GET requests that a client may send to one web process.",
        expects="requests a minute; 0 is no limit",
        group="API",
    )
    TMF_WRITES_PER_MINUTE: Count = setting(
        6000,
        "Other requests that a client may send to one web process.",
        expects="requests a minute; 0 is no limit",
        group="API",
    )
    TMF_THROTTLE_REDIS_URL: str = setting(
        "",
        "Redis in which all web processes count requests together.",
        expects="`redis://host:6379/1`",
        group="API",
        shown="none: each process counts for itself",
        secret=True,
    )
    TMF_TOKEN_CACHE_SECONDS: Count = setting(
        30, "Time after which a web process notices that a token was revoked.", expects="seconds", group="API"
    )
    TMF_OIDC_ISSUER: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = setting(
        "",
        "OpenID Connect provider whose access tokens the APIs take; if its address is a private one, its network "
        "must be among `TMF_ALLOWED_CALLBACK_NETWORKS`.",
        expects="`https://login.example.com/realms/operator`, as in the claim `iss`",
        group="API",
        shown="none",
    )
    TMF_OIDC_AUDIENCE: str = setting(
        "",
        "What the claim `aud` of an access token must hold. Required with `TMF_OIDC_ISSUER`.",
        expects="any text",
        group="API",
        shown="none",
    )
    TMF_OIDC_SCOPE_CLAIM: str = setting(
        "scope",
        "Claim of an access token that holds its scopes: `tmf620:read`, or `tmf:all` for all APIs.",
        expects="a name",
        group="API",
    )
    TMF_MAX_IMPORT_SIZE: Positive = setting(
        104_857_600, "Largest file that an import job reads, unpacked.", expects="bytes", group="API"
    )

    TMF_ORCHESTRATION: bool = setting(
        True,
        "Whether product orders of this catalog are carried out here; without, orders wait for somebody outside.",
        expects="`true` or `false`",
        group="Orders",
    )
    TMF_STEP_MAX_ATTEMPTS: Positive = setting(
        5, "Tries of a step after which its item fails.", expects="tries", group="Orders"
    )
    TMF_STEP_BACKOFF: Seconds = setting(
        5.0, "Wait before a step is tried again; doubled for every further try.", expects="seconds", group="Orders"
    )
    TMF_ORDER_DAYS: Positive = setting(
        5,
        "Time in which an order should be done when it does not say; then its service order is in jeopardy.",
        expects="days",
        group="Orders",
    )
    TMF_ACTIVATION: Places = setting(
        {},
        "Where services are activated, by the id of their specification: `local` marks them at once, `manual` waits for "
        "an operator, an address is that of a TMF640 API. `default` stands for all others.",
        expects="`RFSS-PONAccess=https://nms.example.com/tmf-api/ServiceActivationAndConfiguration/v4,default=local`",
        group="Orders",
        shown="`default=local`",
    )
    TMF_ACTIVATION_TOKEN: str = setting(
        "",
        "Bearer token for the addresses of `TMF_ACTIVATION`.",
        expects="any text",
        group="Orders",
        shown="none",
        secret=True,
    )
    TMF_ACTIVATION_CALL_TIMEOUT: Seconds = setting(
        10.0, "Time that an address of `TMF_ACTIVATION` has to answer.", expects="seconds", group="Orders"
    )
    TMF_ACTIVATION_POLL: Seconds = setting(
        5.0, "Time between two looks at the monitor of an activation.", expects="seconds", group="Orders"
    )
    TMF_ACTIVATION_TIMEOUT: Seconds = setting(
        3600.0, "Time in which an activation that was accepted must end.", expects="seconds", group="Orders"
    )

    TMF_ALLOWED_CALLBACK_NETWORKS: Networks = setting(
        (),
        "Networks that callbacks and import jobs may reach although they are not public.",
        expects="`10.1.0.0/16,192.168.7.0/24`",
        group="Events",
        shown="none; this machine when embedded",
    )
    TMF_HUBS_PER_CLIENT: Positive = setting(
        50, "Subscriptions that a client may hold in one API.", expects="hubs", group="Events"
    )
    TMF_DELIVERY_TIMEOUT: Seconds = setting(
        10.0, "Time that a subscriber has to take an event.", expects="seconds", group="Events"
    )
    TMF_DELIVERY_MAX_ATTEMPTS: Positive = setting(
        20, "Tries after which a delivery is given up as a dead letter.", expects="tries", group="Events"
    )
    TMF_DELIVERY_BACKOFF: Seconds = setting(
        2.0, "Wait before the second try; doubled for every further one.", expects="seconds", group="Events"
    )
    TMF_HUB_PAUSE_AFTER: Positive = setting(
        8, "Failures in a row after which a hub is paused.", expects="failures", group="Events"
    )
    TMF_HUB_PROBE_INTERVAL: Seconds = setting(
        300.0, "Time between two probes of a paused hub.", expects="seconds", group="Events"
    )
    TMF_HUB_LEASE: Seconds = setting(
        30.0,
        "Time for which a worker holds a hub; so long a hub waits when its worker dies.",
        expects="seconds",
        group="Events",
    )
    TMF_HUBS_AT_ONCE: Positive = setting(
        500, "Hubs to which one worker process sends at the same time.", expects="hubs", group="Events"
    )
    TMF_SWEEP_INTERVAL: Seconds = setting(
        3.0, "Time between two looks for events whose wake-up was lost.", expects="seconds", group="Events"
    )
    TMF_DELIVERY_RETENTION_DAYS: Positive = setting(
        7, "Time for which the record of a delivery is kept, once it succeeded.", expects="days", group="Events"
    )
    TMF_EVENT_RETENTION_DAYS: Positive = setting(
        30, "Time for which events and dead letters are kept.", expects="days", group="Events"
    )

    TMF_LOG_LEVEL: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = setting(
        "INFO",
        "Least severity that is logged.",
        expects="`DEBUG`, `INFO`, `WARNING` or `ERROR`",
        group="Watching",
    )
    TMF_LOG_FORMAT: Literal["text", "json"] = setting(
        "text",
        "Lines for people, or one JSON object a line.",
        expects="`text` or `json`",
        group="Watching",
        shown="`json` in production, else `text`",
    )
    TMF_ACCESS_LOG: bool = setting(
        False,
        "Log every request, not only those that took more than a second.",
        expects="`true` or `false`",
        group="Watching",
    )
    TMF_METRICS_TOKEN: str = setting(
        "",
        "Bearer token that `/metrics` asks for.",
        expects="any text",
        group="Watching",
        shown="none: closed in production, open when embedded",
        secret=True,
    )

    @property
    def embedded(self) -> bool:
        """Whether everything runs from one folder on this machine."""
        return self.TMF_MODE == "embedded"

    @property
    def https(self) -> bool:
        """Whether clients come by https."""
        return self.TMF_PUBLIC_URL.startswith("https://")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.TMF_DEFAULT_LIMIT > self.TMF_MAX_LIMIT:
            raise ValueError("TMF_DEFAULT_LIMIT is greater than TMF_MAX_LIMIT")
        if self.TMF_OIDC_ISSUER and not self.TMF_OIDC_AUDIENCE:
            raise ValueError("TMF_OIDC_ISSUER needs TMF_OIDC_AUDIENCE")
        if self.embedded:
            return self
        needed = ("DATABASE_URL", "CELERY_BROKER_URL", "TMF_SECRET_KEY", "TMF_PUBLIC_URL")
        missing = [name for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f"production needs {', '.join(missing)}")
        if self.TMF_DEBUG:
            raise ValueError("TMF_DEBUG is not for production")
        return self


def read(variables: Mapping[str, str]) -> Environment:
    """Return the settings that the variables give; raises ImproperlyConfigured with a message for people."""
    given = {name: variables[name] for name in Environment.model_fields if variables.get(name)}
    given.setdefault("TMF_MODE", "production" if "DATABASE_URL" in given else "embedded")
    if given["TMF_MODE"] == "embedded":
        given.setdefault("TMF_ALLOWED_CALLBACK_NETWORKS", ",".join(LOOPBACK))
        given.setdefault("TMF_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
    else:
        given.setdefault("TMF_LOG_FORMAT", "json")
        given.setdefault("TMF_ALLOWED_HOSTS", urlsplit(given.get("TMF_PUBLIC_URL", "")).hostname or "")
    try:
        return Environment.model_validate(given)
    except ValidationError as error:
        raise ImproperlyConfigured("\n".join(_explain(error, given))) from None


def _explain(error: ValidationError, given: Mapping[str, str]) -> Iterable[str]:
    """Word each problem as: the variable, its value unless secret, and what is expected."""
    for problem in error.errors():
        if not problem["loc"]:
            yield f"The settings are refused: {problem['msg'].removeprefix('Value error, ')}."
            continue
        name = str(problem["loc"][0])
        extra: Any = Environment.model_fields[name].json_schema_extra
        value = "its value" if extra["secret"] else repr(given[name])
        reason = problem["msg"].removeprefix("Value error, ")
        yield f"The setting {name} is refused: {value} is not {expected(name).replace('`', '')} ({reason})."


def expected(name: str) -> str:
    """Return what a value of the setting looks like: `a whole number of seconds`."""
    field = Environment.model_fields[name]
    extra: Any = field.json_schema_extra
    kind = {int: "a whole number of ", float: "a number of "}.get(field.annotation, "")  # type: ignore[arg-type]
    return f"{kind}{extra['expects']}"


def unknown(variables: Iterable[str]) -> dict[str, str | None]:
    """Return the `TMF_` variables that nothing reads, each with the setting it may be a slip for."""
    known = {*Environment.model_fields, *OTHERS}
    strangers = [name for name in variables if name.startswith("TMF_") and name not in known]
    return {
        name: next(iter(difflib.get_close_matches(name, Environment.model_fields, n=1)), None) for name in strangers
    }


def kept_secret(folder: Path, name: str, length: int = 50) -> str:
    """Return the secret kept in a file of the data folder, made at its first use and readable by the owner only."""
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(length))
        with contextlib.suppress(FileExistsError):  # another process was first
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
