"""OpenID Connect sign-in: authorisation code flow with PKCE (S256), state and nonce.

Each request is stored in the session row and valid once. A person is identified only by the issuer's `sub`.
"""

import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from flask import current_app, session

from portal.core.clock import now
from portal.core.config import SingleSignOn
from portal.core.lazy_import import LazyImport
from portal.core.text import clean

if TYPE_CHECKING:
    import requests
    from authlib.common import errors
    from authlib.integrations import requests_client
    from authlib.oidc import core as oidc
    from joserfc import errors as jose_errors
    from joserfc import jwk, jwt
else:
    requests, requests_client = LazyImport("requests"), LazyImport("authlib.integrations.requests_client")
    errors, oidc = LazyImport("authlib.common.errors"), LazyImport("authlib.oidc.core")
    jose_errors, jwk, jwt = LazyImport("joserfc.errors"), LazyImport("joserfc.jwk"), LazyImport("joserfc.jwt")

SCOPE = "openid email profile"
RETURN = "/account/sso/terug"
QUESTION = "single_sign_on"
QUESTION_SECONDS = 600
TIMEOUT_SECONDS = 5
KEEP_SECONDS = 3600
LEEWAY_SECONDS = 60
ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]
"""Accepted signatures: asymmetric only, never "none" nor HMAC with the client secret."""
LONGEST = {"sub": 255, "name": 120, "email": 254}
log = structlog.get_logger()
_known: dict[str, tuple[float, dict[str, Any]]] = {}
_lock = threading.Lock()


class NotAvailable(Exception):
    """The provider does not answer, or not according to the protocol."""


class NotProved(Exception):
    """The response is invalid: not requested, expired, badly signed, or for another client."""


@dataclass(frozen=True, slots=True)
class Person:
    """The person that the provider authenticated."""

    issuer: str
    subject: str
    name: str
    email: str
    """Empty unless the provider marks the address as verified."""


def settings() -> SingleSignOn | None:
    """Return the configured provider, None when there is none."""
    found: SingleSignOn | None = current_app.config["SETTINGS"].single_sign_on
    return found


def question(house: SingleSignOn, next_path: str) -> str:
    """Return the authorisation URL to send the browser to; raises NotAvailable."""
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    address, state = _client(house).create_authorization_url(
        _metadata(house)["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    session[QUESTION] = [state, nonce, verifier, int(now().timestamp()), next_path]
    return str(address)


def answer(house: SingleSignOn, given: dict[str, str]) -> tuple[Person, str]:
    """Return the authenticated person and the next path; raises NotProved, NotAvailable."""
    state, nonce, verifier, at, next_path = session.pop(QUESTION, ("", "", "", 0, ""))
    told = given.get("state", "")
    if not state or not secrets.compare_digest(state.encode(), told.encode()):
        raise NotProved("not asked for in this browser")
    if now().timestamp() - at > QUESTION_SECONDS:
        raise NotProved("asked too long ago")
    if given.get("iss", house.issuer) != house.issuer:
        raise NotProved("another issuer")
    if not given.get("code"):
        raise NotProved("no code")
    claims = _claims(house, _exchange(house, given["code"], verifier), nonce)
    return _person(house, claims), next_path


def _client(house: SingleSignOn) -> "requests_client.OAuth2Session":
    return requests_client.OAuth2Session(
        house.client_id,
        house.client_secret,
        scope=SCOPE,
        redirect_uri=current_app.config["BASE_URL"] + RETURN,
        code_challenge_method="S256",
        default_timeout=TIMEOUT_SECONDS,
    )


def _exchange(house: SingleSignOn, code: str, verifier: str) -> dict[str, Any]:
    endpoint = _metadata(house)["token_endpoint"]
    try:
        token: dict[str, Any] = _client(house).fetch_token(endpoint, code=code, code_verifier=verifier)
    except errors.AuthlibBaseError as error:
        raise NotProved(str(error.error)) from error
    except (requests.RequestException, ValueError) as error:
        raise NotAvailable("no token") from error
    return token


def _claims(house: SingleSignOn, token: dict[str, Any], nonce: str) -> dict[str, Any]:
    """Return the claims of the ID token; raises NotProved. Unknown signing keys are fetched once."""
    for fresh in (False, True):
        try:
            keys = _keys(house, fresh=fresh)
            decoded = jwt.decode(str(token.get("id_token", "")), keys, algorithms=ALGORITHMS)
            options = {
                "iss": {"essential": True, "value": house.issuer},
                "aud": {"essential": True, "value": house.client_id},
            }
            asked = {"nonce": nonce, "client_id": house.client_id, "access_token": token.get("access_token")}
            claims = oidc.CodeIDToken(decoded.claims, decoded.header, options, asked)
            claims.validate(now=int(now().timestamp()), leeway=LEEWAY_SECONDS)
        except (jose_errors.JoseError, errors.AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            problem = error
            continue
        return dict(claims)
    raise NotProved(type(problem).__name__)


def _keys(house: SingleSignOn, *, fresh: bool) -> "jwk.KeySet":
    """Return the provider's public keys."""
    found: Any = _document(house, _metadata(house)["jwks_uri"], fresh=fresh)
    return jwk.KeySet.import_key_set(found)


def _person(house: SingleSignOn, claims: dict[str, Any]) -> Person:
    texts = {key: value for key in LONGEST if isinstance(value := claims.get(key), str)}
    subject = texts.get("sub", "")
    if not subject or len(subject) > LONGEST["sub"]:
        raise NotProved("no number for this person")
    email = texts.get("email", "").strip() if claims.get("email_verified") is True else ""
    return Person(
        issuer=house.issuer,
        subject=subject,
        name=" ".join(clean(texts.get("name", "")).split())[: LONGEST["name"]],
        email=email if len(email) <= LONGEST["email"] else "",
    )


def _metadata(house: SingleSignOn) -> dict[str, Any]:
    """Return the provider's metadata; raises NotAvailable when its issuer differs or an endpoint is not https."""
    found = _document(house, house.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != house.issuer:
        raise NotAvailable("the description is another issuer's")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if urlsplit(str(found.get(name, ""))).scheme != urlsplit(house.issuer).scheme:
            raise NotAvailable(f"no usable {name}")
    return found


def _document(house: SingleSignOn, address: str, *, fresh: bool = False) -> dict[str, Any]:
    """Return a JSON document of the provider, cached for an hour; raises NotAvailable."""
    with _lock:
        at, kept = _known.get(address, (0.0, {}))
    if kept and not fresh and now().timestamp() - at < KEEP_SECONDS:
        return kept
    try:
        response = requests.get(address, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        response.raise_for_status()
        found = response.json()
    except (requests.RequestException, ValueError) as error:
        log.warning("single_sign_on_unavailable", issuer=house.issuer, reason=type(error).__name__)
        raise NotAvailable("no answer") from error
    if not isinstance(found, dict):
        raise NotAvailable("not what was asked for")
    with _lock:
        _known[address] = (now().timestamp(), found)
    return found
