"""Passkeys (WebAuthn): a key on the person's own device, for the second step and for signing in without a password.

A challenge is stored in the session row and valid once, for one purpose.
"""

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app, session
from sqlalchemy import select

from portal.accounts import second_factor
from portal.accounts.models import User
from portal.accounts.second_factor_models import Passkey
from portal.accounts.services import AccountDisabled
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.lazy_import import LazyImport
from portal.core.storage.database import transaction

if TYPE_CHECKING:
    import webauthn
    from webauthn import helpers
    from webauthn.helpers import exceptions, structs
else:
    webauthn, helpers = LazyImport("webauthn"), LazyImport("webauthn.helpers")
    exceptions, structs = LazyImport("webauthn.helpers.exceptions"), LazyImport("webauthn.helpers.structs")

CHALLENGE = "passkey"
CHALLENGE_SECONDS = 300
REGISTER, SECOND_STEP, SIGN_IN = "register", "second-step", "sign-in"
MOST = 10
LONGEST_ANSWER = 20_000


class PasskeyRefused(ValueError):
    """The response is invalid: wrong, expired, for another site, or of another person's key."""


def list_passkeys(user: User) -> list[Passkey]:
    """Return somebody's passkeys, oldest first."""
    return list(db.session.scalars(select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)))


def registration_options(user: User) -> str:
    """Return the WebAuthn options for registering a key, as JSON for the browser."""
    known = list_passkeys(user)
    handle = helpers.base64url_to_bytes(known[0].user_handle) if known else secrets.token_bytes(32)
    options = webauthn.generate_registration_options(
        rp_id=_site(),
        rp_name=current_app.config["SITE_NAME"],
        user_id=handle,
        user_name=user.email,
        user_display_name=user.name,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.PREFERRED,
            user_verification=structs.UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[_descriptor(passkey) for passkey in known],
    )
    _remember(options.challenge, REGISTER, helpers.bytes_to_base64url(handle))
    return webauthn.options_to_json(options)


def register(user: User, answer: str, name: str) -> Passkey:
    """Store the public key of a new passkey; raises PasskeyRefused."""
    challenge, handle = _take(REGISTER)
    try:
        found = webauthn.verify_registration_response(
            credential=_bounded(answer),
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=current_app.config["BASE_URL"],
        )
        transports = helpers.parse_registration_credential_json(answer).response.transports or []
    except (exceptions.WebAuthnException, ValueError) as error:
        raise PasskeyRefused(str(error)) from error
    credential_id = helpers.bytes_to_base64url(found.credential_id)
    with transaction() as database:
        if len(list_passkeys(user)) >= MOST or _find(credential_id) is not None:
            raise PasskeyRefused("too many keys, or one that is known already")
        passkey = Passkey(user_id=user.id, name=name, credential_id=credential_id, user_handle=handle)
        passkey.public_key, passkey.sign_count = found.credential_public_key, found.sign_count
        passkey.transports = [transport.value for transport in transports]
        database.add(passkey)
        second_factor.changed(user, "passkey_added")
    return passkey


def second_step_options(user: User) -> str:
    """Return the WebAuthn options for the second factor with the person's keys, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=_site(),
        allow_credentials=[_descriptor(passkey) for passkey in list_passkeys(user)],
        user_verification=structs.UserVerificationRequirement.PREFERRED,
    )
    _remember(options.challenge, SECOND_STEP)
    return webauthn.options_to_json(options)


def accept(user: User, answer: str) -> None:
    """Verify a key's response as the person's second factor; raises PasskeyRefused."""
    challenge, _handle = _take(SECOND_STEP)
    passkey = _verify(answer, challenge, verified_person=False)
    if passkey.user_id != user.id:
        raise PasskeyRefused("another person's key")


def sign_in_options() -> str:
    """Return the WebAuthn options for signing in with any discoverable key of this site, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=_site(), user_verification=structs.UserVerificationRequirement.REQUIRED
    )
    _remember(options.challenge, SIGN_IN)
    return webauthn.options_to_json(options)


def user_of(answer: str) -> User:
    """Return the user that a key's response signs in; counts as both factors (user verification is required).

    Raises PasskeyRefused, and AccountDisabled for a disabled user.
    """
    challenge, _handle = _take(SIGN_IN)
    passkey = _verify(answer, challenge, verified_person=True)
    if passkey.user.disabled_at is not None:
        raise AccountDisabled
    if not passkey.user.is_active:
        raise PasskeyRefused("this person may not sign in")
    return passkey.user


def remove(user: User, passkey_id: int) -> bool:
    """Delete one of a person's keys; False when it is not theirs. Raises LastFactor."""
    with transaction() as database:
        passkey = database.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user.id))
        if passkey is None:
            return False
        database.delete(passkey)
        second_factor.changed(user, "passkey_removed")
    return True


def _verify(answer: str, challenge: bytes, *, verified_person: bool) -> Passkey:
    """Return the key of a response; raises PasskeyRefused, also when its counter went back (a cloned key)."""
    try:
        given = helpers.parse_authentication_credential_json(_bounded(answer))
        with transaction():
            passkey = _known(given)
            found = webauthn.verify_authentication_response(
                credential=given,
                expected_challenge=challenge,
                expected_rp_id=_site(),
                expected_origin=current_app.config["BASE_URL"],
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=verified_person,
            )
            passkey.sign_count, passkey.last_used_at = found.new_sign_count, now()
    except (exceptions.WebAuthnException, ValueError) as error:
        raise PasskeyRefused(str(error)) from error
    return passkey


def _known(given: "structs.AuthenticationCredential") -> Passkey:
    passkey = _find(helpers.bytes_to_base64url(given.raw_id))
    if passkey is None:
        raise PasskeyRefused("an unknown key")
    handle = given.response.user_handle
    if handle is not None and helpers.bytes_to_base64url(handle) != passkey.user_handle:
        raise PasskeyRefused("the key names another person")
    return passkey


def _find(credential_id: str) -> Passkey | None:
    return db.session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def _descriptor(passkey: Passkey) -> "structs.PublicKeyCredentialDescriptor":
    transports = [transport for transport in structs.AuthenticatorTransport if transport.value in passkey.transports]
    return structs.PublicKeyCredentialDescriptor(
        id=helpers.base64url_to_bytes(passkey.credential_id), transports=transports or None
    )


def _site() -> str:
    """Return the relying party id: the configured host, not the request's."""
    return urlsplit(current_app.config["BASE_URL"]).hostname or ""


def _bounded(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused("too long")
    return answer


def _remember(challenge: bytes, purpose: str, handle: str = "") -> None:
    session[CHALLENGE] = [helpers.bytes_to_base64url(challenge), purpose, int(now().timestamp()), handle]


def _take(purpose: str) -> tuple[bytes, str]:
    """Return the challenge and user handle stored in this session, and remove them."""
    challenge, made_for, at, handle = session.pop(CHALLENGE, ("", "", 0, ""))
    if made_for != purpose or now().timestamp() - at > CHALLENGE_SECONDS:
        raise PasskeyRefused("no question was asked, or too long ago")
    return helpers.base64url_to_bytes(challenge), handle
