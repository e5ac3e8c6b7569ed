"""The connection test: tries a mailbox both ways and says in words what is wrong and what to do."""

from __future__ import annotations

import smtplib
from collections.abc import Callable

from django.utils.translation import gettext as _

from shopbell.channels import contract
from shopbell.plugins.email import addresses, imap, oauth, sending

PROBE = "shopbell-test"


def examine(account: oauth.Account) -> list[str]:
    """What is wrong, one sentence a trouble; empty when mail can be read and sent. Sends and changes nothing."""
    found: list[str] = []
    if reads_imap(account):
        found += _tried(account, "imap", lambda: _try_reading(account))
    if account.settings.get("anymail"):
        return found
    if not account.server("smtp").get("host"):
        return [*found, _("No SMTP server is set, so nothing can be sent.")]
    return found + _tried(account, "smtp", lambda: _try_sending(account))


def reads_imap(account: oauth.Account) -> bool:
    """Whether the mailbox is one that we go and read ourselves."""
    reading = account.settings.get("reading") or ("imap" if account.server("imap").get("host") else "none")
    return bool(reading == "imap")


def _tried(account: oauth.Account, section: str, attempt: Callable[[], list[str]]) -> list[str]:
    try:
        return attempt()
    except contract.ChannelError as error:
        return [explain(error, account, section)]


def _try_reading(account: oauth.Account) -> list[str]:
    folder = str(account.server("imap").get("folder") or "INBOX")
    with imap.session(account) as client:
        try:
            imap.Mailbox(client, folder).select()
        except imap.Refused:
            with imap.far_side():
                names = ", ".join(str(entry[2]) for entry in client.list_folders()[:30])
            return [
                _("The mailbox has no folder “%(folder)s”. It has: %(names)s.") % {"folder": folder, "names": names}
            ]
    return []


def _try_sending(account: oauth.Account) -> list[str]:
    own = addresses.on_the_wire(account.address)
    with sending.session(account) as server:
        status, said = server.mail(own)
        if status != 250:
            return [
                _("The mail server does not let this account send as %(address)s: %(said)s")
                % {"address": account.address, "said": said.decode("utf-8", "replace")}
            ]
        return _try_plus_address(account, server, own)


def _try_plus_address(account: oauth.Account, server: smtplib.SMTP, own: str) -> list[str]:
    """A server that knows its own mailboxes refuses an unknown one here; one that relays takes any."""
    wanted = account.settings.get("reply_token", False) or account.settings.get("verp", True)
    takes_own = server.rcpt(own)[0] < 400
    takes_tagged = server.rcpt(addresses.with_token(own, PROBE))[0] < 400
    server.rset()
    if not wanted or takes_tagged or not takes_own:
        return []
    return [
        _(
            "The mail server refuses plus addresses (%(address)s): switch them off for answers and bounces, "
            "or switch them on at your mail provider."
        )
        % {"address": addresses.with_token(account.address, PROBE)}
    ]


def explain(error: contract.ChannelError, account: oauth.Account, section: str) -> str:
    """One trouble in words for an admin: what it is, what to do, and what the server said."""
    server = account.server(section)
    facts = {
        "kind": section.upper(),
        "host": server.get("host", ""),
        "port": server.get("port") or _("default"),
        "said": str(error),
    }
    return _sentence(error, str(server.get("host", "")), server.get("auth", "password")) % facts


def _sentence(error: contract.ChannelError, host: str, auth: str) -> str:
    if isinstance(error, contract.AuthFailed):
        return _refused_sign_in(error, host, auth)
    match error.code:
        case "dns":
            return _("The %(kind)s server “%(host)s” is not known. Check its name.")
        case "refused":
            return _("Nothing answers at %(host)s, port %(port)s (%(kind)s). Check the port.")
        case "timeout":
            return _(
                "%(host)s, port %(port)s (%(kind)s) does not answer in time. Check port and encryption, "
                "and whether a firewall is in between."
            )
        case "certificate":
            return _(
                "The certificate of %(host)s (%(kind)s) is not valid for this name. Use the name your provider gives, "
                "or name your own certificate authority. (%(said)s)"
            )
        case "tls":
            return _(
                "%(host)s, port %(port)s (%(kind)s) does not speak this encryption: "
                "TLS is usual on 993 and 465, STARTTLS on 143 and 587."
            )
        case "token-server" | "no-refresh-token":
            return _("The sign-in with the provider could not be renewed (%(kind)s). (%(said)s)")
    return _("%(kind)s at %(host)s does not work. (%(said)s)")


def _refused_sign_in(error: contract.ChannelError, host: str, auth: str) -> str:
    said = str(error)
    if error.code in ("no-refresh-token", "invalid_grant"):
        return _(
            "The permission to use this mailbox is missing or has ended: sign in with the provider again (%(kind)s)."
        )
    if error.code in ("LOGINDISABLED", "PRIVACYREQUIRED", "unsupported"):
        return _("%(host)s takes no password on an unencrypted line (%(kind)s). Choose TLS or STARTTLS. (%(said)s)")
    if auth == "password" and ("office365" in host or "outlook" in host or "5.7.139" in said):
        return _("Microsoft 365 takes no passwords any more (%(kind)s). Choose OAuth and sign in with Microsoft.")
    if auth == "password" and ("gmail" in host or "google" in host):
        return _(
            "Google takes no ordinary password (%(kind)s). Choose OAuth and sign in with Google, or make an app "
            "password there."
        )
    if auth == "password":
        return _("User name or password is wrong (%(kind)s at %(host)s). (%(said)s)")
    return _("%(host)s refuses the sign-in by OAuth (%(kind)s): sign in with the provider again. (%(said)s)")
