"""Every address has a door: who is not signed in, or may not, sees nothing and changes nothing behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from shopbell.agents.models import Role
from shopbell.agents.permissions import may_answer
from shopbell.conversations import operations
from shopbell.web.desk.request import door
from tests import factories

pytestmark = pytest.mark.django_db

PUBLIC = {
    "entrance",
    "healthz",
    "live",
    "account_login",
    "account_logout",
    "account_inactive",
    "choose_password",
    "setup",
    "contact",
    "contact_embed",
    "help",  # the help centre, see tests/web/help
    "help_sitemap",
    "help_home",
    "help_sitemap_of",
    "help_results",
    "help_suggest",
    "help_topic",
    "help_policy",
    "help_article",
    "help_judge",
    "help_solved",
    "robots",
    "sitemap",
    "shop_style",
    "chat_loader",  # scripts and words of the widget, the same for everybody
    "chat_part",
    "shop_logo",
    "api_docs",
    "api_schema",
    "invitation",
    "push_worker",  # a script, the same for everybody
    "mfa_login_webauthn",  # a way to sign in, like the next ones; without a sign-on they are not there
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "chat_config",  # the widget in a shop's page, see tests/web/chat
    "chat_visits",
    "chat_messages",
    "chat_typing",
    "chat_read",
    "chat_page",
    "chat_end",
    "chat_address",
    "chat_code",
    "chat_transcript",
    "chat_files",
    "chat_upload",
    "chat_file",
    "article_picture_public",  # as far as an article shows it, see test_articles.py
    "inline_image",  # signed, see test_files.py
    "privacy_notice",
    "shop_hook",  # what shops and carriers push, signed: see tests/commerce/test_hooks.py
    "carrier_hook",
    "my",  # the portal's start: the way in, or what is the customer's; the next ones are ways in
    "my_code",
    "my_code_enter",
    "my_link",
    "my_vouch",
    "track",  # nothing is shown without a proof, see test_track.py
    "track_order",
}
FOR_CUSTOMERS = {  # behind a door of their own, see test_my_access.py
    "my_sign_out",
    "my_file",
    "my_thumbnail",
    "my_request",
    "my_close",
    "my_reopen",
    "my_rate",
}
ADMINS_AND_LEADS = {"admin_macros", "admin_macro", "admin_macro_new", "admin_macro_delete"}
ADMINS_AND_LEADS |= {"admin_tags", "admin_tag_rules", "admin_tag_new", "admin_tag"}
ADMINS_AND_LEADS |= {"admin_tag_rename", "admin_tag_merge", "admin_tag_delete"}
ADMINS_AND_LEADS |= {"admin_checklists", "admin_checklist", "admin_checklist_new", "admin_checklist_delete"}
ADMINS_AND_LEADS |= {"admin_policies", "admin_policy", "admin_policy_new"}
OWN_TOKENS = {"admin_home", "admin_tokens", "admin_token_new", "admin_token_revoke"}
BY_ALLAUTH = {
    "account_change_password",
    "account_reauthenticate",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
}
AUDITING = {"admin_audit", "admin_audit_export"}
VALUES = {
    "number": "1",
    "token": "x",
    "who": "MQ",
    "slug": "shop",
    "key": "x",
    "digest": "x",
    "name": "x",
    "kind": "reply",
    "message": "1",
    "accent": "8a5a00",
    "draft": "1",
    "stamp": "1",
    "subject": "customer",
    "pk": "1",
    "language": "en",
    "topic": "return",
    "article": "x",
    "code": "de",
    "provider_id": "sso",
    "connector": "woocommerce",
    "ability": "note",
    "carrier": "dhl",
}


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace == "api":
            continue  # behind a door of its own: tests/web/api/test_door.py
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern), entry


def _address(route: str) -> str:
    """The route with something in each of its places."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: VALUES[found[1]], route)


ALL = {entry.name or route: (_address(route), entry) for route, entry in _patterns(get_resolver())}
GUARDED = sorted(name for name in ALL if name not in PUBLIC | FOR_CUSTOMERS)
OURS = sorted(name for name in GUARDED if name not in BY_ALLAUTH)


def test_every_other_view_stands_behind_a_door() -> None:
    without = [name for name in OURS if not hasattr(ALL[name][1].callback, "door")]
    assert without == []


@pytest.mark.parametrize("name", GUARDED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_sent_to_sign_in(client: Client, name: str, method: str) -> None:
    factories.agent()
    answer = getattr(client, method)(ALL[name][0])
    assert answer.status_code in (302, 405), "405: the door behind a check of the method"
    if answer.status_code == 302:
        assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_a_door_lets_in_whom_it_should(client: Client, name: str, role: str) -> None:
    """Every role at every door: 403 exactly where the door's rule says no."""
    agent = factories.agent(role=role)
    client.force_login(agent)
    address, entry = ALL[name]
    may = entry.callback.door(agent)
    answers = {getattr(client, method)(address).status_code for method in ("get", "post")}
    assert (403 in answers) is not may
    if not may:
        assert answers <= {403, 405}


def test_who_may_administer() -> None:
    """Spelled out, for the doors above are only as good as their rules."""
    for name in (name for name in OURS if name.startswith("admin_")):
        allowed = {role.value for role in Role if ALL[name][1].callback.door(factories.agent(role=role.value))}
        expected = {"admin", "lead"} if name in ADMINS_AND_LEADS else {"admin"}
        expected = {"admin", "lead", "privacy"} if name in AUDITING else expected
        expected = {"admin", "agent", "lead", "privacy"} if name in OWN_TOKENS else expected
        assert allowed == expected, name


def test_an_agent_without_access_is_a_stranger(client: Client) -> None:
    agent = factories.agent()
    client.force_login(agent)
    agent.is_active = False
    agent.save()
    for name in OURS:
        assert client.get(ALL[name][0]).status_code in (302, 405), name


def test_forms_are_protected_against_forgery() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.agent(role="admin", also_answers=True))
    for name in GUARDED:
        assert client.post(ALL[name][0]).status_code in (403, 405), name


def _deletes_first(request: HttpRequest) -> HttpResponse:
    """What a page meets when somebody deletes the conversation between its first look and what it does."""
    row = factories.conversation()
    operations.delete(row.id, reason="test", actor=None)
    operations.resolve(row.id, actor=None)
    return HttpResponse()


@pytest.mark.django_db
def test_what_is_deleted_while_one_works_on_it_is_not_there() -> None:
    agent, client = factories.agent(), Client()
    client.force_login(agent)
    request = RequestFactory().post("/desk/")
    request.user, request.session, request.htmx = agent, client.session, False
    with pytest.raises(Http404):
        door(may_answer, ("POST",))(_deletes_first)(request)
