"""What allauth asks us about second factors: where secrets are sealed, and what must stay."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopbell.agents import operations
from shopbell.core import crypto


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Secrets are sealed like every other. Changes are logged by `accounts.AgentAdapter`."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is wrong. Look whether the clock of your phone is right."),
        "cannot_delete_authenticator": _("Your role needs a second factor: set up another one first."),
    }

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        return "Shopbell"

    def generate_authenticator_name(self, user: object, type: str) -> str:  # as allauth calls it
        """What a new key is called until its owner says otherwise: by its number."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("My key") if number == 1 else gettext("Key {n}").format(n=number)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whose role needs a second factor keeps at least one."""
        agent = authenticator.user
        if agent.role not in operations.rules().factor_roles:
            return True
        kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        return bool(Authenticator.objects.filter(user=agent, type__in=kinds).exclude(pk=authenticator.pk).exists())

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The keys are made for the address this installation is configured to have."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "Shopbell"}
