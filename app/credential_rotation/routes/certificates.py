"""The certificate of a leaver, once everything is done."""

import uuid
from typing import Any

from flask import request

from app.core import clock
from app.core.errors import AlreadyDone, NothingHere, demand
from app.core.headers import as_attachment
from app.credential_rotation import blueprint, documents, operations, queries
from app.credential_rotation.models import NoticeStatus
from app.credential_rotation.routes.shared import reader


@blueprint.get("/leavers/<uuid:notice_id>/certificate.pdf")
def certificate(notice_id: uuid.UUID) -> Any:
    """The certificate as a tagged PDF, or in large print; the file's name says nothing but the reference.

    Who takes it is written down with its fingerprint before the first byte leaves.
    """
    notice = queries.notice_for(reader(), notice_id)
    if notice is None:
        raise NothingHere
    demand(
        notice.certificate_can_be_taken_by(reader()),
        "The certificate is for Human Resources, the keepers of the register and audit.",
        what_now="The page of the leaver shows you that everything is done. Ask Human Resources if you need it on paper.",
    )
    if notice.status is not NoticeStatus.COMPLETE:
        raise AlreadyDone(
            "There is no certificate yet: not everything is done." if not notice.is_withdrawn else
            "There is no certificate, because they stay after all.",
            what_now="Open the list of leavers to see what is left to do.",
        )  # fmt: skip
    now = clock.now()
    made = queries.certificate_of(notice, day=clock.local_day(now))
    pdf = documents.render_certificate(made, large_print=request.args.get("print") == "large")
    operations.note_certificate_taken(notice, pdf, by=reader(), at=now)
    return as_attachment(pdf, "application/pdf", f"{notice.reference.lower()}.pdf")
