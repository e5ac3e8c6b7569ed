"""Drafts that are shared: nobody's words are overwritten unasked."""

import pytest

from shopbell.conversations import operations
from shopbell.conversations.models import Draft
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    return factories.conversation()


@pytest.fixture
def mari():
    return factories.agent()


@pytest.fixture
def siobhan():
    return factories.agent("Siobhan Byrne")


@pytest.fixture
def shared(row, mari):
    draft = operations.save_draft(row, mari, "reply", body="Dear Anna")
    return operations.share_draft(draft.id, mari)


def test_a_colleague_goes_on_and_the_first_writer_is_asked(row, mari, siobhan, shared):
    now = operations.save_shared(shared.id, siobhan, version=shared.version, body="Dear Anna, yes")
    with pytest.raises(operations.DraftChanged) as changed:
        operations.save_draft(row, mari, "reply", body="Dear Anna, no", version=shared.version)
    assert changed.value.draft.text == "Dear Anna, yes"
    kept = operations.save_draft(row, mari, "reply", body="Dear Anna, no", version=now.version)
    assert (kept.text, kept.is_shared, kept.version) == ("Dear Anna, no", True, now.version + 1)


def test_mine_all_the_same(mari, siobhan, shared):
    operations.save_shared(shared.id, mari, version=None, body="Mari's")
    with pytest.raises(operations.DraftChanged):
        operations.save_shared(shared.id, siobhan, version=shared.version, body="Siobhan's")
    assert operations.save_shared(shared.id, siobhan, version=None, body="Siobhan's").text == "Siobhan's"


def test_ones_own_saves_may_overtake_each_other(siobhan, shared):
    operations.save_shared(shared.id, siobhan, version=shared.version, body="a")
    assert operations.save_shared(shared.id, siobhan, version=shared.version, body="ab").text == "ab"


def test_taken_over_it_is_nobody_elses(row, mari, siobhan, shared):
    operations.save_draft(row, siobhan, "reply", body="my own words")
    operations.take_over_draft(shared.id, siobhan)
    draft = Draft.objects.get()
    assert (draft.agent, draft.is_shared, draft.text) == (siobhan, False, "Dear Anna\n\nmy own words")
    with pytest.raises(Draft.DoesNotExist):
        operations.save_shared(shared.id, mari, version=None, body="x")


def test_what_ones_own_page_saves_late_does_not_overwrite_what_was_taken_over(row, mari, siobhan, shared):
    for body in ("m", "my", "my own"):
        own = operations.save_draft(row, siobhan, "reply", body=body)
    taken = operations.take_over_draft(shared.id, siobhan)
    with pytest.raises(operations.DraftChanged) as changed:
        operations.save_draft(row, siobhan, "reply", body="my own words", version=own.version)
    assert (changed.value.draft.text, changed.value.draft.saved_by) == ("Dear Anna\n\nmy own", mari)
    kept = operations.save_draft(row, siobhan, "reply", body="Dear Anna, both", version=taken.version)
    assert (kept.text, kept.saved_by) == ("Dear Anna, both", siobhan)
    assert operations.save_draft(row, siobhan, "reply", body="b", version=taken.version).text == "b", "one's own again"


def test_only_who_began_it_shares_it(siobhan, shared):
    with pytest.raises(Draft.DoesNotExist):
        operations.share_draft(shared.id, siobhan, is_shared=False)


def test_a_formatted_draft_keeps_both_forms(row, mari):
    draft = operations.save_draft(row, mari, "reply", body="", html="<p>a <b>b</b></p><script>x</script>")
    assert (draft.html, draft.text) == ("<p>a <strong>b</strong></p>", "a b")
    assert operations.save_draft(row, mari, "reply", body="", html="<p></p>") is None
    assert not Draft.objects.exists()
