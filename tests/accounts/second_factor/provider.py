"""A small OpenID provider, run as a process of its own: `python provider.py PORT`.

Who signs in, and what is wrong with the token, is said by whoever opens its page: `&as=<JSON>` with claims, and
`fault` for a broken promise. It keeps to the rules otherwise: PKCE S256, codes good once, its own client's secret.
"""

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "portal-test", "a secret that both know, long enough for any algorithm"
KEY = RSAKey.generate_key(2048, {"kid": "first"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "first"})
codes: dict[str, dict[str, str]] = {}


class Provider(BaseHTTPRequestHandler):
    """Answers the four addresses that a client needs."""

    issuer = ""

    def do_GET(self) -> None:
        """Describe itself, show its keys, or send a person back with a code."""
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            self.send({"issuer": self.issuer} | {name: f"{self.issuer}/{path}" for name, path in names.items()})
        elif parts.path == "/keys":
            self.send({"keys": [KEY.as_dict(private=False)]})
        elif parts.path == "/authorize" and query.get("code_challenge_method") == "S256" and query.get("nonce"):
            code = secrets.token_urlsafe()
            codes[code] = query
            back = urlencode({"code": code, "state": query["state"]})
            self.send_response(302)
            self.send_header("Location", f"{query['redirect_uri']}?{back}")
            self.end_headers()
        else:
            self.send({"error": "invalid_request"}, 400)

    def do_POST(self) -> None:
        """Give a token for a code."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = {name: values[0] for name, values in parse_qs(body).items()}
        asked = codes.pop(given.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        proof = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        right = asked is not None and asked["code_challenge"] == challenge
        right = right and asked is not None and asked["redirect_uri"] == given.get("redirect_uri")
        if asked is None or not right or self.headers.get("Authorization") != f"Basic {basic}":
            self.send({"error": "invalid_grant"}, 400)
            return
        token = self.token(json.loads(asked.get("as", "{}")), asked["nonce"])
        self.send({"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": token})

    def token(self, person: dict[str, Any], nonce: str) -> str:
        """Return the signed token about a person, broken as `fault` says."""
        fault = person.pop("fault", "")
        at = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": at, "exp": at + 300, "nonce": nonce} | person
        broken: dict[str, dict[str, Any]] = {
            "nonce": {"nonce": "another"},
            "audience": {"aud": "another", "azp": CLIENT_ID},
            "issuer": {"iss": "https://evil.example"},
            "expired": {"iat": at - 7200, "exp": at - 3600},
        }
        claims |= broken.get(fault, {})
        if fault == "shared-secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET))
        if fault == "unsigned":
            parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
            return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
        key = OTHER_KEY if fault == "signature" else KEY
        return jwt.encode({"alg": "RS256", "kid": "first"}, claims, key)

    def send(self, answer: dict[str, Any], status: int = 200) -> None:
        """Answer with JSON."""
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    Provider.issuer = f"http://127.0.0.1:{server.server_port}"
    print(Provider.issuer, flush=True)
    sys.stdout.close()
    server.serve_forever()
