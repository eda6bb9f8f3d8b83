"""Policy documents with their reviews, drafts of the next version, reasons to revise, and schools that adopted them."""

import uuid
from calendar import monthrange
from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

from app.core import db as types
from app.policy.operations.fingerprints import text_fingerprint
from app.policy.pack import Pack, PolicyDate, load_pack, pack_names

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


MONTHS, NOTICE = 12, timedelta(days=90)
DOCUMENT = sa.table(
    "policy_document", sa.column("id", sa.Uuid), sa.column("slug"), sa.column("title"),
    sa.column("next_review_on", sa.Date), sa.column("next_review_precision"), sa.column("review_basis"),
    sa.column("review_shown_from", sa.Date), sa.column("review_counted_from", sa.Date), sa.column("version"),
)
VERSION = sa.table(
    "policy_version", sa.column("id", sa.Uuid), sa.column("slug"), sa.column("title"), sa.column("label"),
    sa.column("effective_on", sa.Date), sa.column("next_review_on", sa.Date), sa.column("next_review_precision"),
    sa.column("produced_on", sa.Date), sa.column("produced_precision"), sa.column("material_since", sa.Date),
    sa.column("owner"), sa.column("reviewer"), sa.column("change_note"), sa.column("linked_documents"),
    sa.column("text_hash"), sa.column("published_at"),
)
APPROVAL = sa.table(
    "policy_approval", sa.column("id", sa.Uuid), sa.column("version_id", sa.Uuid), sa.column("body"),
    sa.column("approved_on", sa.Date), sa.column("precision"), sa.column("position"),
)
PARAGRAPH = sa.table(
    "policy_paragraph", sa.column("version_id", sa.Uuid), sa.column("number"), sa.column("section"), sa.column("heading"),
    sa.column("summary"), sa.column("position"),
)
INSTALLATION = sa.table("installation", sa.column("pack_name"), sa.column("set_up_at", sa.DateTime(timezone=True)))


def fill(connection: sa.Connection) -> None:
    """A document for each version there is, and of the version of the pack what the pack says beside its text."""
    installed = connection.execute(sa.select(INSTALLATION)).first()
    if installed is None:
        return
    pack = load_pack(installed.pack_name) if installed.pack_name in pack_names() else None
    set_up_on = installed.set_up_at.date()
    versions = connection.execute(sa.select(VERSION).order_by(VERSION.c.slug, VERSION.c.effective_on)).all()
    for version in {version.slug: version for version in versions}.values():
        connection.execute(sa.insert(DOCUMENT).values(id=uuid.uuid4(), slug=version.slug, title=version.title, version=1,
                                                      **review(version, set_up_on)))
    for version in versions:
        lines = connection.execute(
            sa.select(PARAGRAPH).where(PARAGRAPH.c.version_id == version.id).order_by(PARAGRAPH.c.position)
        ).all()
        said = from_pack(pack) if pack and (version.slug, version.label) == (pack.policy.slug, pack.policy.version_label) else {}
        connection.execute(
            sa.update(VERSION).where(VERSION.c.id == version.id)
            .values(material_since=version.effective_on, text_hash=text_fingerprint(lines), **said)
        )
        if pack and said:
            approve(connection, version.id, pack)


def review(version: sa.Row, set_up_on: date) -> dict[str, object]:
    """When a document is reviewed next: as its latest version says, else a year after the installation."""
    stated = version.next_review_on
    year, month = set_up_on.year + MONTHS // 12, set_up_on.month
    due = stated or date(year, month, min(set_up_on.day, monthrange(year, month)[1]))
    return {
        "next_review_on": due, "next_review_precision": version.next_review_precision or "day",
        "review_basis": "stated" if stated else "not_stated", "review_shown_from": due - NOTICE,
        "review_counted_from": set_up_on,
    }


def from_pack(pack: Pack) -> dict[str, object]:
    """What the pack says of its version beside the text."""
    links = [
        f"{one.title} (also: {', '.join(one.aliases)})" if one.aliases else one.title for one in pack.policy.linked_documents
    ]
    produced = pack.policy.produced
    return {
        "linked_documents": "\n".join(links), "produced_on": produced.first_day if produced else None,
        "produced_precision": produced.precision if produced else None,
    }


def approve(connection: sa.Connection, version_id: uuid.UUID, pack: Pack) -> None:
    """The bodies that approved the pack's version, with the day as far as it is known."""
    for number, one in enumerate(pack.policy.approvals):
        on: PolicyDate | None = one.on
        connection.execute(
            sa.insert(APPROVAL).values(
                id=uuid.uuid4(), version_id=version_id, body=one.body, approved_on=on.first_day if on else None,
                precision=on.precision if on else None, position=number,
            )
        )


def upgrade() -> None:
    op.create_table('policy_document',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('next_review_on', sa.Date(), nullable=False),
    sa.Column('next_review_precision', sa.String(length=40), nullable=False),
    sa.Column('review_basis', sa.String(length=40), nullable=False),
    sa.Column('review_shown_from', sa.Date(), nullable=False),
    sa.Column('review_counted_from', sa.Date(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("next_review_precision IN ('day', 'month')", name=op.f('ck_policy_document_next_review_precision_known')),
    sa.CheckConstraint("review_basis IN ('stated', 'not_stated', 'chosen', 'reason')", name=op.f('ck_policy_document_review_basis_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_document')),
    sa.UniqueConstraint('slug', name=op.f('uq_policy_document_slug'))
    )
    op.create_table('school_adoption',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('school', sa.String(length=120), nullable=False),
    sa.Column('adopted', sa.Boolean(), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("school <> ''", name=op.f('ck_school_adoption_names_the_school')),
    sa.CheckConstraint('until IS NULL OR until >= decided_on', name=op.f('ck_school_adoption_ends_after_start')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_school_adoption_recorded_by_id')),
    sa.ForeignKeyConstraint(['slug'], ['policy_document.slug'], name=op.f('fk_school_adoption_slug')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_adoption'))
    )
    with op.batch_alter_table('school_adoption', schema=None) as batch_op:
        batch_op.create_index('uq_school_adoption_standing', ['slug', 'school'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))

    op.create_table('policy_draft',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('label', sa.String(length=40), nullable=False),
    sa.Column('guardian', sa.String(length=120), nullable=False),
    sa.Column('owner', sa.String(length=120), nullable=False),
    sa.Column('reviewer', sa.String(length=120), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=True),
    sa.Column('next_review_on', sa.Date(), nullable=True),
    sa.Column('next_review_precision', sa.String(length=40), nullable=True),
    sa.Column('is_material', sa.Boolean(), nullable=True),
    sa.Column('change_note', sa.Text(), nullable=False),
    sa.Column('linked_documents', sa.Text(), nullable=False),
    sa.Column('started_by_id', sa.Uuid(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_by_id', sa.Uuid(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'published') = (version_id IS NOT NULL)", name=op.f('ck_policy_draft_published_as_a_version')),
    sa.CheckConstraint("(status IN ('published', 'withdrawn')) = (ended_at IS NOT NULL)", name=op.f('ck_policy_draft_ended_has_a_moment')),
    sa.CheckConstraint("next_review_precision IN ('day', 'month')", name=op.f('ck_policy_draft_next_review_precision_known')),
    sa.CheckConstraint("status IN ('draft', 'in_approval', 'published', 'withdrawn')", name=op.f('ck_policy_draft_status_known')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['person.id'], name=op.f('fk_policy_draft_ended_by_id')),
    sa.ForeignKeyConstraint(['slug'], ['policy_document.slug'], name=op.f('fk_policy_draft_slug')),
    sa.ForeignKeyConstraint(['started_by_id'], ['person.id'], name=op.f('fk_policy_draft_started_by_id')),
    sa.ForeignKeyConstraint(['version_id'], ['policy_version.id'], name=op.f('fk_policy_draft_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_draft'))
    )
    with op.batch_alter_table('policy_draft', schema=None) as batch_op:
        batch_op.create_index('uq_policy_draft_open', ['slug'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('policy_review',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('reviewed_on', sa.Date(), nullable=False),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.Column('next_review_on', sa.Date(), nullable=False),
    sa.Column('reviewed_by_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("words <> ''", name=op.f('ck_policy_review_says_why')),
    sa.ForeignKeyConstraint(['reviewed_by_id'], ['person.id'], name=op.f('fk_policy_review_reviewed_by_id')),
    sa.ForeignKeyConstraint(['version_id'], ['policy_version.id'], name=op.f('fk_policy_review_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_review'))
    )
    types.create_append_only_triggers(op.get_bind(), 'policy_review')
    with op.batch_alter_table('policy_review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_policy_review_version_id'), ['version_id'], unique=False)

    op.create_table('revision_reason',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('cause', sa.String(length=40), nullable=False),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.Column('changed_on', sa.Date(), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('version_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("cause IN ('law', 'guidance', 'practice')", name=op.f('ck_revision_reason_cause_known')),
    sa.CheckConstraint("words <> ''", name=op.f('ck_revision_reason_says_what')),
    sa.CheckConstraint('answered_on IS NOT NULL OR version_id IS NULL', name=op.f('ck_revision_reason_answered_by_a_version')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_revision_reason_recorded_by_id')),
    sa.ForeignKeyConstraint(['slug'], ['policy_document.slug'], name=op.f('fk_revision_reason_slug')),
    sa.ForeignKeyConstraint(['version_id'], ['policy_version.id'], name=op.f('fk_revision_reason_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision_reason'))
    )
    with op.batch_alter_table('revision_reason', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_revision_reason_slug_changed_on'), ['slug', 'changed_on'], unique=False)

    op.create_table('policy_approval',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=True),
    sa.Column('draft_id', sa.Uuid(), nullable=True),
    sa.Column('body', sa.String(length=80), nullable=False),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('precision', sa.String(length=40), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.CheckConstraint("body <> ''", name=op.f('ck_policy_approval_names_the_body')),
    sa.CheckConstraint("precision IN ('day', 'month')", name=op.f('ck_policy_approval_precision_known')),
    sa.CheckConstraint('(approved_on IS NULL) = (precision IS NULL)', name=op.f('ck_policy_approval_day_has_precision')),
    sa.CheckConstraint('(version_id IS NULL) <> (draft_id IS NULL)', name=op.f('ck_policy_approval_of_one_thing')),
    sa.ForeignKeyConstraint(['draft_id'], ['policy_draft.id'], name=op.f('fk_policy_approval_draft_id')),
    sa.ForeignKeyConstraint(['version_id'], ['policy_version.id'], name=op.f('fk_policy_approval_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_approval'))
    )
    with op.batch_alter_table('policy_approval', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_policy_approval_draft_id'), ['draft_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_policy_approval_version_id'), ['version_id'], unique=False)

    op.create_table('policy_draft_paragraph',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('section', sa.String(length=120), nullable=False),
    sa.Column('heading', sa.String(length=160), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['policy_draft.id'], name=op.f('fk_policy_draft_paragraph_draft_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_draft_paragraph')),
    sa.UniqueConstraint('draft_id', 'number', name=op.f('uq_policy_draft_paragraph_draft_id_number'))
    )
    with op.batch_alter_table('policy_version', schema=None) as batch_op:
        for name, length in (('owner', 120), ('reviewer', 120), ('text_hash', 64)):
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=''))
        for name in ('change_note', 'linked_documents'):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('produced_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('produced_precision', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('material_since', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('published_by_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('published_at', sa.DateTime(timezone=True), nullable=True))
    fill(op.get_bind())
    with op.batch_alter_table('policy_version', schema=None) as batch_op:
        for name, length in (('owner', 120), ('reviewer', 120), ('text_hash', 64)):
            batch_op.alter_column(name, existing_type=sa.String(length=length), server_default=None)
        for name in ('change_note', 'linked_documents'):
            batch_op.alter_column(name, existing_type=sa.Text(), server_default=None)
        batch_op.alter_column('material_since', existing_type=sa.Date(), nullable=False)
        batch_op.create_foreign_key(batch_op.f('fk_policy_version_published_by_id'), 'person', ['published_by_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_policy_version_slug'), 'policy_document', ['slug'], ['slug'])
        batch_op.create_check_constraint(batch_op.f('ck_policy_version_produced_precision_known'), "produced_precision IN ('day', 'month')")
        batch_op.create_check_constraint(batch_op.f('ck_policy_version_material_before_effective'), 'material_since <= effective_on')
        batch_op.create_check_constraint(batch_op.f('ck_policy_version_reviewed_after_effective'), 'next_review_on IS NULL OR next_review_on > effective_on')


def downgrade() -> None:
    with op.batch_alter_table('policy_version', schema=None) as batch_op:
        for name in ('produced_precision_known', 'material_before_effective', 'reviewed_after_effective'):
            batch_op.drop_constraint(batch_op.f(f'ck_policy_version_{name}'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_policy_version_slug'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_policy_version_published_by_id'), type_='foreignkey')
        batch_op.drop_column('published_at')
        batch_op.drop_column('published_by_id')
        batch_op.drop_column('text_hash')
        batch_op.drop_column('linked_documents')
        batch_op.drop_column('change_note')
        batch_op.drop_column('material_since')
        batch_op.drop_column('produced_precision')
        batch_op.drop_column('produced_on')
        batch_op.drop_column('reviewer')
        batch_op.drop_column('owner')

    op.drop_table('policy_draft_paragraph')
    with op.batch_alter_table('policy_approval', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_policy_approval_version_id'))
        batch_op.drop_index(batch_op.f('ix_policy_approval_draft_id'))

    op.drop_table('policy_approval')
    with op.batch_alter_table('revision_reason', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_revision_reason_slug_changed_on'))

    op.drop_table('revision_reason')
    with op.batch_alter_table('policy_review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_policy_review_version_id'))

    op.drop_table('policy_review')
    with op.batch_alter_table('policy_draft', schema=None) as batch_op:
        batch_op.drop_index('uq_policy_draft_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.drop_table('policy_draft')
    with op.batch_alter_table('school_adoption', schema=None) as batch_op:
        batch_op.drop_index('uq_school_adoption_standing', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))

    op.drop_table('school_adoption')
    op.drop_table('policy_document')
