"""Which servers may be asked, under which name, with which key, and at what price?"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from math import isfinite
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from nomoat.errors import InputError, UnknownName
from nomoat.types import Noun
from nomoat.work.request import Usage

CHAT = "/chat/completions"
SECRET_WORDS = {"key", "api_key", "apikey", "api-key", "token", "access_token", "sig", "signature", "secret"}
RESERVED = {"model", "messages", "tools", "stream", "stream_options", "n"}  # the run's own
NAMED_SO = SECRET_WORDS - {"key", "token"} | {"authorization", "x-api-key", "password"}  # among params, which nest
VARIABLE = "[A-Za-z_][A-Za-z0-9_]*"
MOST_CONCURRENCY = 1_000
# 2^53 tokens at any price stay a finite sum of money.
MOST_PRICE = 1e6


class Endpoint(Noun, frozen=True, kw_only=True):
    """One OpenAI-compatible server and the model asked for there: an `[endpoints.NAME]` of plan.toml.

    Prices are in US dollars a million tokens; None is "unknown", never free. The key itself stands nowhere in it:
    `key_env` and the values of `headers_env` are names of environment variables, read when a call is made.
    """

    name: str
    url: str  # https://host/v1; /chat/completions is added where it is not there
    model: str
    key_env: str | None = None
    headers_env: dict[str, str] = msgspec.field(default_factory=dict)  # header -> environment variable
    concurrency: int = 8  # calls in flight at once
    timeout_s: float = 120.0  # one attempt, from the first byte sent to the last byte read
    price_input: float | None = None
    price_output: float | None = None
    price_cached: float | None = None  # input tokens that the server had in its cache; None: as the other input
    params: dict[str, Any] = msgspec.field(default_factory=dict)  # sent in place of what the log has, or beside it
    without: tuple[str, ...] = ()  # settings of the log that this server does not take, such as temperature
    family: str | None = None
    self_hosted: bool = False
    openness: str | None = None  # its class as you attest it, where the catalogue does not know the model
    context: int | None = None  # tokens that it reads at most; None: as the catalogue has it
    released: date | None = None  # of a model that the catalogue does not know
    reads: tuple[str, ...] = ()  # beside text: image, audio, file, video; empty: as the catalogue has it

    @property
    def host(self) -> str:
        """Where prompts go: host and, where one is named, port."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host
        return f"{host}:{parts.port}" if parts.port else host

    @property
    def in_house(self) -> bool:
        """Whether prompts stay in the house: on this machine, in a private network, or on a server of the user's own.

        >>> Endpoint(name="a", url="http://10.0.0.7/v1", model="m").in_house
        True
        >>> Endpoint(name="a", url="https://api.example/v1", model="m").in_house
        False
        """
        return self.self_hosted or _near(urlsplit(self.url).hostname or "")

    @property
    def chat(self) -> str:
        """The address that a chat request is posted to.

        >>> Endpoint(name="a", url="http://127.0.0.1:8000/v1/", model="m").chat
        'http://127.0.0.1:8000/v1/chat/completions'
        """
        return _chat(self.url)

    @property
    def identity(self) -> str:
        """Whose answers are the same answers: address and model."""
        return f"{self.chat} {self.model}"

    def cost(self, usage: Usage) -> float | None:
        """US dollars of one call; None where a price or a count is unknown.

        >>> paid = Endpoint(name="a", url="https://a.example/v1", model="m", price_input=2, price_output=8)
        >>> paid.cost(Usage(input=1_000_000, output=500_000))
        6.0
        >>> paid.cost(Usage(input=10)) is None
        True
        """
        if self.price_input is None or self.price_output is None or usage.input is None or usage.output is None:
            return None
        cached = min(usage.cache_read or 0, usage.input)
        again = self.price_input if self.price_cached is None else self.price_cached
        return ((usage.input - cached) * self.price_input + cached * again + usage.output * self.price_output) / 1e6


def endpoints(named: Mapping[str, Any]) -> dict[str, Endpoint]:
    """The `[endpoints]` of a plan as they were typed, each of them checked.

    Raises InputError that names the endpoint, the setting and what to type in its place.

    >>> endpoints({"local": {"url": "http://127.0.0.1:8000/v1", "model": "qwen3"}})["local"].host
    '127.0.0.1:8000'
    """
    found = {}
    for name, settings in named.items():
        where = f"[endpoints.{name}]"
        if not isinstance(settings, Mapping):
            raise InputError(
                f"{where} is no table", "url and model", f'{where} url = "https://HOST/v1", model = "NAME"'
            )
        for key in settings:
            if key not in Endpoint.__struct_fields__ or key == "name":
                known = [field for field in Endpoint.__struct_fields__ if field != "name"]
                if str(key).casefold() in SECRET_WORDS:
                    raise InputError(
                        f"{where} holds a key", "the name of an environment variable", 'key_env = "MY_KEY"'
                    )
                raise UnknownName.of(f"setting in {where}", str(key), known)
        try:
            endpoint = msgspec.convert({**settings, "name": name}, Endpoint)
        except msgspec.ValidationError as error:
            raise InputError(f"{where}: {error}", "text, numbers and true or false as documented") from None
        found[name] = checked(endpoint)
    return found


def checked(endpoint: Endpoint) -> Endpoint:
    """The endpoint itself where it can be asked; raises InputError where it cannot or where it would tell a secret."""
    where = f"[endpoints.{endpoint.name}]"
    try:
        parts = urlsplit(endpoint.url)
        _ = parts.port
    except ValueError:
        raise InputError(f"{where} url is no address", "https://HOST/v1", 'url = "https://HOST/v1"') from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"{where} url is no address", "https://HOST/v1", 'url = "https://HOST/v1"')
    if re.search(r"[\x00-\x20\x7f]", endpoint.url + endpoint.model) or not endpoint.model:
        raise InputError(f"{where} has no model, or spaces in url or model", "both in one word", 'model = "NAME"')
    if parts.username or parts.password or any(k.casefold() in SECRET_WORDS for k, _ in parse_qsl(parts.query)):
        raise InputError(
            f"{where} url holds a password or a key, which would be written to files",
            "an address alone",
            'headers_env = { "api-key" = "MY_KEY" }',
        )
    if parts.scheme == "http" and not (endpoint.self_hosted or _near(parts.hostname)):
        raise InputError(
            f"{where} would send prompts to {parts.hostname} unencrypted",
            "https",
            f'url = "https://{endpoint.host}{parts.path}", or self_hosted = true where the network is your own',
        )
    if not 1 <= endpoint.concurrency <= MOST_CONCURRENCY:
        raise InputError(f"{where} concurrency {endpoint.concurrency}", f"1 to {MOST_CONCURRENCY}", "concurrency = 8")
    if not 0 < endpoint.timeout_s <= 86_400:
        raise InputError(f"{where} timeout_s {endpoint.timeout_s}", "seconds, up to a day", "timeout_s = 120")
    if taken := sorted(endpoint.params.keys() & RESERVED):
        raise InputError(f"{where} params sets {', '.join(taken)}", "settings of the answer", "params = { top_p = 1 }")
    if key := _secret(endpoint.params):
        raise InputError(
            f"{where} params holds {key}, which would be written to files",
            "the name of an environment variable",
            'key_env = "MY_KEY", or headers_env = { "api-key" = "MY_KEY" }',
        )
    if not all(re.fullmatch(VARIABLE, v) for v in (endpoint.key_env or "A", *endpoint.headers_env.values())):
        raise InputError(
            f"{where} key_env or headers_env holds what no variable is called, perhaps the key itself",
            "the name of an environment variable",
            'key_env = "MY_KEY", and export MY_KEY=...',
        )
    for field in ("price_input", "price_output", "price_cached"):
        price = getattr(endpoint, field)
        if price is not None and not (isfinite(price) and 0 <= price <= MOST_PRICE):
            raise InputError(f"{where} {field} {price}", "US dollars a million tokens", f"{field} = 2.5")
    return endpoint


def _secret(params: Any) -> str:
    """The name of a text among the settings, however deep, that is called as keys are; empty where there is none.

    >>> _secret({"extra_body": {"api_key": "..."}}), _secret({"schema": {"password": {"type": "string"}}})
    ('api_key', '')
    """
    rest = [params]
    while rest:
        one = rest.pop()
        if isinstance(one, Mapping):
            for name, value in one.items():
                if isinstance(value, str) and str(name).casefold() in NAMED_SO:
                    return str(name)
            rest.extend(one.values())
        elif isinstance(one, list):
            rest.extend(one)
    return ""


@lru_cache(maxsize=1024)  # asked four times a call: a twelfth of the CPU of a run without it
def _chat(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    path = path if path.endswith(CHAT) else path + CHAT
    return parts._replace(path=path, fragment="").geturl()


def _near(host: str) -> bool:
    """Is the host this machine or an address of a private network?"""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def headers(endpoint: Endpoint, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What is sent beside the prompt: the key as a bearer token, and the headers that the endpoint names.

    Raises InputError with the line to type where a variable is not set or holds what no header can.
    """
    found = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    wanted = {**({"Authorization": endpoint.key_env} if endpoint.key_env else {}), **endpoint.headers_env}
    for header, variable in wanted.items():
        value = environ.get(variable, "").strip()
        if not re.fullmatch(r"[!-~]+(?: [!-~]+)*", value) or not re.fullmatch(r"[A-Za-z0-9-]+", header):
            seen = "holds what no header may" if value else "is not set"
            # A key typed in its place: long, of small letters and digits, as names of variables are not.
            if len(variable) >= 20 and re.search("[a-z]", variable) and re.search("[0-9]", variable):
                variable = variable[:4] + "..."
            raise InputError(
                f"Endpoint {endpoint.name!r} needs the environment variable {variable}, which {seen}",
                f"the name of the variable that holds the key for {endpoint.host}",
                f"export {variable}=..." if not variable.endswith("...") else 'key_env = "MY_KEY"',
            )
        found[header] = f"Bearer {value}" if header == "Authorization" and endpoint.key_env == variable else value
    return found


def secrets(chosen: Iterable[Endpoint], environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The values that may stand in no file and on no screen, longest first.

    What local servers are given for a key ("ollama", "not-needed") is none: hiding it would blot out words of answers.

    >>> a = Endpoint(name="a", url="https://a.example/v1", model="m", key_env="A_KEY")
    >>> secrets([a], {"A_KEY": "sk-very-secret-1"}), secrets([a], {"A_KEY": "not-needed"})
    (('sk-very-secret-1',), ())
    """
    variables = {v for e in chosen for v in (e.key_env, *e.headers_env.values()) if v}
    values = {environ.get(variable, "").strip() for variable in variables}
    keys = {v for v in values if len(v) >= 16 or (len(v) >= 8 and re.search("[0-9]", v))}
    return tuple(sorted(keys, key=len, reverse=True))


def hosts(chosen: Iterable[Endpoint]) -> tuple[str, ...]:
    """Where prompts will go, a line a host: said before the first call.

    >>> hosts([Endpoint(name="b", url="http://127.0.0.1:80/v1", model="m"),
    ...        Endpoint(name="a", url="http://127.0.0.1:80/v1", model="n")])
    ('127.0.0.1:80 (a, b)',)
    """
    named: dict[str, set[str]] = {}
    for endpoint in chosen:
        named.setdefault(endpoint.host, set()).add(endpoint.name)
    return tuple(f"{host} ({', '.join(sorted(names))})" for host, names in sorted(named.items()))
