"""Which answer to the notice of a hearing a page showed, so that nobody acts on one that was replaced since."""

from datetime import datetime

from app.core.forms import HiddenField, ProbityForm
from app.hr_cases.models import HearingNotice


class AnswerSeenForm(ProbityForm):
    """A form on a page that shows the answer to a notice."""

    answer_seen = HiddenField()

    @property
    def seen(self) -> datetime | None:
        """When the answer was given that the page showed; None where it showed none."""
        try:
            return datetime.fromisoformat(self.answer_seen.data or "")
        except ValueError:
            return None


def answer_shown(notice: HearingNotice) -> dict[str, str]:
    """What such a form carries of the answer that its page shows."""
    return {"answer_seen": notice.replied_at.isoformat() if notice.replied_at else ""}
