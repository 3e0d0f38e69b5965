"""Signing in: seats are given by invitation, so nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sila.platform.access.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """A new address opens nothing before it is confirmed: until then the old one is the user's."""
        user = super().authenticate(request, **credentials)
        email = credentials.get("email")
        return None if user and email and user.email != email.lower() else user

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People are known by their e-mail address; there is no user name."""


class ResetPassword(ResetPasswordForm):  # type: ignore[misc]
    """The mail goes to the address that the user signs in with, never to one that waits to be confirmed."""

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self.users = list(User.objects.filter(email=email.lower(), is_active=True))
        return email


class AddKey(AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("Name"), required=False)


class EditKey(EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("Name"))
