"""Articles and their history: what may follow what, what is bound, and what a change of a source does."""

import sqlite3

import pytest

from ragqa.errors import ArticleMissing, CitationError, OwnText, ReviewError, StateError
from ragqa.rendering import render
from ragqa.review import ReviewStore, allowed, open_to
from ragqa.vocabulary import ReviewAction, ReviewStatus

QUESTION = "Does acupuncture help chronic low back pain?"
START, APPROVE, REJECT = ReviewAction.START, ReviewAction.APPROVE, ReviewAction.REJECT


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "review.sqlite"


@pytest.fixture
def store(path):
    return ReviewStore(path)


@pytest.fixture
def article(store, clinic, clinic_index):
    return store.submit(clinic.ask(QUESTION), clinic_index, by="ada", note="please read")


def changed_index(memory, documents, document_id, **source):
    """The same index, with one document's source stating something else, or without it where nothing is given."""
    kept = [d for d in documents if d.id != document_id]
    changed = [d.model_copy(update={"source": d.source.model_copy(update=source)}) for d in documents if d.id == document_id]
    return memory.MemoryIndex(kept + (changed if source else []))


def test_an_answer_goes_from_submitted_to_approved_and_every_step_is_kept(store, article, clinic_index):
    assert article.status is ReviewStatus.SUBMITTED
    store.step(article.id, START, by="bea")
    done = store.approve(article.id, clinic_index, by="bea", note="checked")
    assert done.shown().review_status is ReviewStatus.APPROVED
    assert [(e.action.value, e.actor, e.note) for e in done.history] == [
        ("submit", "ada", "please read"), ("start", "bea", ""), ("approve", "bea", "checked"),
    ]  # fmt: skip
    assert store.verify() == []


def test_the_same_answer_is_one_article(store, article, clinic, clinic_index):
    again = store.submit(clinic.ask(QUESTION), clinic_index, by="somebody else")
    assert again == article


@pytest.mark.parametrize(
    ("status", "may"),
    [
        (ReviewStatus.SUBMITTED, {START}),
        (ReviewStatus.UNDER_REVIEW, {APPROVE, REJECT, ReviewAction.EDIT, ReviewAction.ASK_AGAIN}),
        (ReviewStatus.APPROVED, {START, ReviewAction.FALL_BACK}),
        (ReviewStatus.REJECTED, {START}),
    ],
)
def test_each_status_allows_its_own_steps(status, may):
    assert set(allowed(status)) == may


def test_nothing_is_approved_that_nobody_has_taken_under_review(store, article, clinic_index):
    with pytest.raises(ReviewError, match="Submitted takes no step"):
        store.approve(article.id, clinic_index, by="bea")


def test_a_rejection_needs_a_reason(store, article):
    store.step(article.id, START, by="bea")
    with pytest.raises(ReviewError, match="why"):
        store.step(article.id, REJECT, by="bea", note=" ")
    assert store.step(article.id, REJECT, by="bea", note="off the point").status is ReviewStatus.REJECTED


@pytest.mark.parametrize("name", ["ada", "ADA", " Ada  "])
def test_who_submitted_a_text_does_not_approve_it(store, article, clinic_index, name):
    store.step(article.id, START, by=name)
    with pytest.raises(OwnText, match="does not approve it; another reviewer does"):
        store.approve(article.id, clinic_index, by=name)
    assert APPROVE not in open_to(store.article(article.id), name, approve_own=False)
    assert APPROVE in open_to(store.article(article.id), "bea", approve_own=False)
    assert not store.approve(article.id, clinic_index, by="bea").approved_alone


@pytest.mark.parametrize("action", [ReviewAction.EDIT, ReviewAction.ASK_AGAIN])
def test_who_made_a_revision_leaves_its_approval_to_another(store, article, clinic, clinic_index, action):
    store.step(article.id, START, by="bea")
    other = clinic.ask("How is osteoarthritis of the knee treated?")
    store.revise(article.id, action, other, clinic_index, by="bea", note="", seen=article.last.answer)
    with pytest.raises(OwnText):
        store.approve(article.id, clinic_index, by="bea")
    assert store.approve(article.id, clinic_index, by="ada").status is ReviewStatus.APPROVED


def test_a_house_of_one_person_approves_its_own_and_that_shows(path, store, article, clinic_index):
    alone = ReviewStore(path, approve_own=True)
    alone.step(article.id, START, by="ada")
    done = alone.approve(article.id, clinic_index, by="ada")
    assert done.approved_alone
    assert store.article(article.id).approved_alone
    assert store.verify() == []


def test_only_the_bytes_that_were_read_are_approved(store, article, clinic_index):
    store.step(article.id, START, by="bea")
    with pytest.raises(ReviewError, match="edited since"):
        store.approve(article.id, clinic_index, by="bea", seen="0" * 64)


def test_a_revision_takes_the_place_of_what_was_read_and_of_nothing_else(store, article, clinic, clinic_index):
    store.step(article.id, START, by="bea")
    other = clinic.ask("How is osteoarthritis of the knee treated?")
    read = article.last.answer
    store.revise(article.id, ReviewAction.EDIT, other, clinic_index, by="bea", note="", seen=read)
    with pytest.raises(ReviewError, match="edited since"):
        store.revise(article.id, ReviewAction.ASK_AGAIN, article.answer, clinic_index, by="cy", note="", seen=read)
    with pytest.raises(ReviewError, match="edited since"):
        store.article(article.id, seen=read)


def test_a_refusal_names_no_step_that_nobody_can_take(store, article, clinic_index):
    store.step(article.id, START, by="bea")
    store.approve(article.id, clinic_index, by="bea")
    with pytest.raises(ReviewError, match=r"it takes: start$"):
        store.approve(article.id, clinic_index, by="bea")


def test_an_abstention_is_not_reviewed(store, clinic, clinic_index):
    answer = clinic.ask("Does homeopathic arnica cure Fabry disease?")
    assert answer.abstained
    with pytest.raises(ReviewError, match="states nothing"):
        store.submit(answer, clinic_index, by="ada")


def test_a_quote_that_is_not_in_the_index_is_not_kept(store, clinic, memory, clinic_documents):
    answer = clinic.ask(QUESTION)
    with pytest.raises(CitationError):
        store.submit(answer, changed_index(memory, clinic_documents, answer.references[0].document_id), by="ada")
    assert store.articles() == []


def test_an_unknown_article_is_said_to_be_missing(store):
    with pytest.raises(ArticleMissing):
        store.article("0123456789abcdef")
    with pytest.raises(ArticleMissing):
        store.step("0123456789abcdef", START, by="bea")


@pytest.mark.parametrize(
    ("source", "said"), [({}, "no longer in the index"), ({"retracted": True}, "retracted since"), ({"year": 1999}, "changed since")]
)
def test_an_approval_falls_when_a_cited_source_changes_or_leaves(store, article, clinic_index, memory, clinic_documents, source, said):
    store.step(article.id, START, by="bea")
    store.approve(article.id, clinic_index, by="bea")
    assert store.recheck(clinic_index) == []
    cited = article.answer.references[0].document_id
    changed = changed_index(memory, clinic_documents, cited, **source)
    (fallen,) = store.recheck(changed)
    assert fallen.status is ReviewStatus.UNDER_REVIEW
    assert fallen.last.action is ReviewAction.FALL_BACK
    assert said in fallen.last.note
    assert store.recheck(changed) == []
    with pytest.raises(ReviewError, match="sources have changed"):
        store.approve(article.id, changed, by="bea")
    assert store.verify() == []


def test_nobody_else_on_the_machine_reads_the_file(path, article):
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_the_file_refuses_to_forget(path, store, article):
    with sqlite3.connect(path) as db:
        for statement in (
            "UPDATE history SET actor = 'eve'", "DELETE FROM history", "UPDATE revisions SET answer = 'x'", "DELETE FROM revisions",
            "INSERT OR REPLACE INTO history SELECT number, article, action, status, 'eve', note, time, answer, sources, 'x', 'y' FROM history",
            "INSERT OR REPLACE INTO history SELECT 9, article, action, status, 'eve', note, time, answer, sources, previous, 'y' FROM history",
            "INSERT OR REPLACE INTO revisions SELECT article, digest, 'x', sources FROM revisions",
            "INSERT OR REPLACE INTO revisions (rowid, article, digest, answer, sources) SELECT rowid, 'x', digest, 'x', sources FROM revisions",
        ):  # fmt: skip
            with pytest.raises(sqlite3.IntegrityError):
                db.execute(statement)
    db.close()


@pytest.mark.parametrize(
    ("forgery", "said"),
    [
        ("UPDATE history SET actor = 'eve' WHERE number = 2", "entry 2 was changed"),
        ("DELETE FROM history WHERE number = 2", "entry 2 is missing"),
        ("UPDATE revisions SET answer = replace(CAST(answer AS TEXT), 'pain', 'joy')", "is not what is kept"),
        ("UPDATE revisions SET sources = '{}'", "is not what is kept"),
    ],
)
def test_a_forged_history_is_found_out(path, store, article, clinic_index, forgery, said):
    store.step(article.id, START, by="bea")
    store.approve(article.id, clinic_index, by="bea")
    with sqlite3.connect(path) as db:
        for name in ("history_stays", "history_remains", "revisions_stay", "revisions_remain"):
            db.execute(f"DROP TRIGGER {name}")
        db.execute(forgery)
    db.close()
    assert any(said in problem for problem in store.verify())


@pytest.mark.parametrize(
    ("action", "status"), [(APPROVE, ReviewStatus.APPROVED), (START, ReviewStatus.APPROVED), (ReviewAction.SUBMIT, ReviewStatus.SUBMITTED)]
)
def test_a_step_that_was_chained_well_but_could_not_be_taken_is_found_out(store, article, action, status):
    with store._writing() as db:
        store._append(db, article.id, action, status, "eve", "", (article.last.answer, article.last.sources))
    assert store.verify() == ["entry 2 is no step that its article could take."]


def test_an_answer_that_was_tampered_with_is_not_shown_as_approved(path, store, article, clinic_index):
    store.step(article.id, START, by="bea")
    store.approve(article.id, clinic_index, by="bea")
    with sqlite3.connect(path) as db:
        db.execute("DROP TRIGGER revisions_stay")
        db.execute("UPDATE revisions SET answer = replace(CAST(answer AS TEXT), 'pain', 'joy')")
    db.close()
    with pytest.raises(ReviewError, match="history binds"):
        store.article(article.id)


@pytest.mark.parametrize("forgery", ["UPDATE revisions SET answer = 'x' WHERE article = ?", "UPDATE revisions SET sources = 'x' WHERE article = ?"])
def test_a_damaged_article_is_named_and_hides_no_other(path, store, article, clinic, clinic_index, memory, caplog, forgery):
    other = store.submit(clinic.ask("How is osteoarthritis of the knee treated?"), clinic_index, by="ada")
    for one in (article, other):
        store.step(one.id, START, by="bea")
        store.approve(one.id, clinic_index, by="bea")
    with sqlite3.connect(path) as db:
        db.execute("DROP TRIGGER revisions_stay")
        db.execute(forgery, (article.id,))
    db.close()
    assert [one.id for one in store.articles()] == [other.id]
    assert article.id in caplog.text
    changed = memory.MemoryIndex([clinic_index.document(article.answer.references[0].document_id)])
    assert [one.id for one in store.recheck(changed)] == [other.id]


def test_what_is_no_review_file_is_refused_in_one_line(path, store):
    path.parent.mkdir()
    path.write_bytes(b"no database" * 200)
    with pytest.raises(StateError, match="cannot use the review file"):
        store.articles()


def test_articles_are_listed_by_sheets_and_statuses(store, clinic, clinic_index):
    answer = clinic.ask(QUESTION)
    made = [store.submit(answer.model_copy(update={"question": f"{QUESTION} {place}"}), clinic_index, by="ada").id for place in range(5)]
    store.step(made[1], START, by="bea")
    in_order = [made[1], made[4], made[3], made[2], made[0]]
    assert list(store.statuses().items()) == [(in_order[0], "Under review"), *((name, "Submitted") for name in in_order[1:])]
    assert [one.id for one in store.articles()] == in_order
    assert [one.id for one in store.articles(offset=1, limit=2)] == in_order[1:3]
    assert [one.id for one in store.articles(ReviewStatus.SUBMITTED, offset=3, limit=2)] == in_order[4:]
    assert store.articles(offset=9, limit=2) == []


def test_an_article_says_who_approved_it_wherever_it_is_read(path, store, article, clinic_index):
    assert article.standing == "Submitted"
    store.step(article.id, START, by="bea")
    done = store.approve(article.id, clinic_index, by="bea")
    assert done.standing == f"Approved by bea on {done.last.time[:10]}"
    for form in ("terminal", "markdown", "html"):
        said = render(done.shown(), form, standing=done.standing)
        assert done.standing in said
        assert "pending human review" not in said
    alone = ReviewStore(path, approve_own=True)
    alone.step(article.id, START, by="ada")
    assert alone.approve(article.id, clinic_index, by="ada").standing.endswith(", who had also brought the text in")
