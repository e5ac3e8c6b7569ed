"""A mailbox's settings: their shape, the form an admin fills in, and the servers of well-known providers."""

from __future__ import annotations

from typing import Literal, TypedDict

from django.utils.translation import gettext_lazy as _

from shopbell.channels.contract import SettingsField

Security = Literal["ssl", "starttls", "none"]
Auth = Literal["password", "xoauth2", "oauthbearer"]


class Imap(TypedDict, total=False):
    host: str
    port: int  # default 993 (ssl) or 143
    security: Security  # default ssl
    username: str  # default: the address
    auth: Auth  # default password
    folder: str  # default INBOX, as people write it
    since: str  # "now" (default), "all", or an ISO date: which mails of the folder are taken at the first reading
    poll_seconds: int  # default 300: looked at even when nothing was announced


class Smtp(TypedDict, total=False):
    host: str
    port: int  # default 465 (ssl) or 587
    security: Security
    username: str  # default: the address; without any password nobody signs in (a relay of your own)
    auth: Auth


class OAuth(TypedDict, total=False):
    provider: Literal["google", "microsoft", "custom"]
    client_id: str
    client_secret: str
    authorize_url: str  # the three URLs and scope only for "custom", or to override
    token_url: str
    scope: str
    refresh_token: str
    access_token: str
    expires_at: float  # seconds since 1970
    refresh_at: float  # 80 % of the token's life


class Dkim(TypedDict, total=False):
    selector: str
    domain: str  # default: the address's
    private_key: str  # PEM (RSA or Ed25519)


class Anymail(TypedDict, total=False):
    backend: str  # a key of providers.BACKENDS
    settings: dict[str, str]  # the backend's own options: api_key, server_token, sender_domain, api_url …


class EmailSettings(TypedDict, total=False):
    """The settings of an e-mail channel. All are optional but `address`; absent means the default said here."""

    address: str
    name: str
    reading: Literal["imap", "lmtp", "none"]  # default imap when a host is given
    imap: Imap
    smtp: Smtp
    anymail: Anymail  # instead of smtp
    sending: Literal["nowhere"]  # a demo's: nothing leaves; absent: by smtp or anymail
    password: str
    smtp_password: str  # default: password
    oauth: OAuth
    dkim: Dkim
    ca_file: str  # PEM file of the shop's own certificate authority
    verp: bool  # default True: bounces come to local+token@
    reply_token: bool  # default False: answers come to local+token@, which not every server delivers
    authserv_ids: list[str]
    quote_history: bool


class Preset(TypedDict):
    domains: tuple[str, ...]
    imap: Imap
    smtp: Smtp


_SSL: Security = "ssl"
_STARTTLS: Security = "starttls"

PRESETS: dict[str, Preset] = {
    "google": {
        "domains": ("gmail.com", "googlemail.com"),
        "imap": {"host": "imap.gmail.com", "port": 993, "security": _SSL, "auth": "xoauth2"},
        "smtp": {"host": "smtp.gmail.com", "port": 465, "security": _SSL, "auth": "xoauth2"},
    },
    "microsoft": {
        "domains": ("outlook.com", "hotmail.com", "live.com"),
        "imap": {"host": "outlook.office365.com", "port": 993, "security": _SSL, "auth": "xoauth2"},
        "smtp": {"host": "smtp.office365.com", "port": 587, "security": _STARTTLS, "auth": "xoauth2"},
    },
    "gmx": {
        "domains": ("gmx.de", "gmx.net", "gmx.at", "gmx.ch"),
        "imap": {"host": "imap.gmx.net", "port": 993, "security": _SSL},
        "smtp": {"host": "mail.gmx.net", "port": 587, "security": _STARTTLS},
    },
    "mailbox.org": {
        "domains": ("mailbox.org",),
        "imap": {"host": "imap.mailbox.org", "port": 993, "security": _SSL},
        "smtp": {"host": "smtp.mailbox.org", "port": 465, "security": _SSL},
    },
}

SECURITY = (("ssl", _("TLS")), ("starttls", _("STARTTLS")), ("none", _("none (only inside your own network)")))
AUTH = (("password", _("password")), ("xoauth2", "OAuth (XOAUTH2)"), ("oauthbearer", "OAuth (OAUTHBEARER)"))
READING = (("imap", "IMAP"), ("lmtp", _("handed over by our mail server (LMTP)")), ("none", _("not read")))
OAUTH_PROVIDERS = (("google", "Google"), ("microsoft", "Microsoft 365"), ("custom", _("other")))

FIELDS: tuple[SettingsField, ...] = (
    SettingsField(path="address", label=_("Address"), kind="email", required=True),
    SettingsField(path="name", label=_("Sender name")),
    SettingsField(path="password", label=_("Password"), kind="password", secret=True),
    SettingsField(path="reading", label=_("Mail is read by"), kind="choice", choices=READING, initial="imap"),
    SettingsField(path="imap.host", label=_("IMAP server"), shown_when=("reading", "imap")),
    SettingsField(path="imap.port", label=_("IMAP port"), kind="number", initial=993, shown_when=("reading", "imap")),
    SettingsField(
        path="imap.security",
        label=_("IMAP encryption"),
        kind="choice",
        choices=SECURITY,
        initial="ssl",
        shown_when=("reading", "imap"),
    ),
    SettingsField(
        path="imap.username",
        rare=True,
        label=_("IMAP user name"),
        help=_("Left empty, the address is used."),
        shown_when=("reading", "imap"),
    ),
    SettingsField(
        path="imap.auth",
        label=_("IMAP sign-in"),
        kind="choice",
        choices=AUTH,
        initial="password",
        help=_("Google and Microsoft 365 take OAuth only."),
        shown_when=("reading", "imap"),
    ),
    SettingsField(path="imap.folder", rare=True, label=_("Folder"), initial="INBOX", shown_when=("reading", "imap")),
    SettingsField(
        path="imap.since",
        label=_("Take mails"),
        kind="choice",
        choices=(("now", _("arriving from now on")), ("all", _("the whole folder, as history"))),
        initial="now",
        shown_when=("reading", "imap"),
    ),
    SettingsField(path="smtp.host", label=_("SMTP server")),
    SettingsField(path="smtp.port", label=_("SMTP port"), kind="number", initial=465),
    SettingsField(path="smtp.security", label=_("SMTP encryption"), kind="choice", choices=SECURITY, initial="ssl"),
    SettingsField(
        path="smtp.username", rare=True, label=_("SMTP user name"), help=_("Left empty, the address is used.")
    ),
    SettingsField(path="smtp.auth", label=_("SMTP sign-in"), kind="choice", choices=AUTH, initial="password"),
    SettingsField(
        path="smtp_password",
        rare=True,
        label=_("SMTP password"),
        kind="password",
        secret=True,
        help=_("Left empty, the password above is used."),
    ),
    SettingsField(
        path="reply_token",
        rare=True,
        label=_("Answers come to a plus address"),
        kind="checkbox",
        initial=True,
        help=_("Safer threading. Your mail server must deliver name+anything@ to name@; the connection test tries it."),
    ),
    SettingsField(path="verp", rare=True, label=_("Bounces come to a plus address"), kind="checkbox", initial=True),
    SettingsField(path="quote_history", label=_("Quote the history below answers"), kind="checkbox", initial=False),
    SettingsField(
        path="authserv_ids",
        rare=True,
        label=_("Names of your receiving mail servers"),
        help=_("Only their Authentication-Results are believed. Separate by commas."),
    ),
    SettingsField(
        path="oauth.provider",
        rare=True,
        label=_("OAuth provider"),
        kind="choice",
        choices=OAUTH_PROVIDERS,
        initial="google",
    ),
    SettingsField(path="oauth.client_id", rare=True, label=_("OAuth client id")),
    SettingsField(path="oauth.client_secret", rare=True, label=_("OAuth client secret"), kind="password", secret=True),
    SettingsField(
        path="oauth.authorize_url",
        rare=True,
        label=_("OAuth sign-in address"),
        shown_when=("oauth.provider", "custom"),
    ),
    SettingsField(
        path="oauth.token_url", rare=True, label=_("OAuth token address"), shown_when=("oauth.provider", "custom")
    ),
    SettingsField(path="oauth.scope", rare=True, label=_("OAuth scope"), shown_when=("oauth.provider", "custom")),
    SettingsField(path="dkim.selector", rare=True, label=_("DKIM selector")),
    SettingsField(path="dkim.private_key", rare=True, label=_("DKIM private key (PEM)"), kind="textarea", secret=True),
    SettingsField(path="ca_file", rare=True, label=_("Own certificate authority (PEM file)")),
)


def preset(address: str) -> Preset | None:
    """The servers of a well-known provider, found by the address's domain."""
    domain = address.rpartition("@")[2].lower()
    return next((known for known in PRESETS.values() if domain in known["domains"]), None)
