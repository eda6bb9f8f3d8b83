"""What people are told of in this room: neutral lines, each leading to a list that knows the wall."""

from app.core.outbox import message_kind

RECEIVED = message_kind("report:received", "A report has come in", "breach_reports.queue")
TO_SECOND = message_kind("report:second", "A report waits for a second officer", "breach_reports.queue")
ANSWERED = message_kind("report:answered", "A referral has been answered", "breach_reports.queue")
REFERRED = message_kind("report:referred", "A report has been referred to you", "breach_reports.queue")
YOURS_ACKNOWLEDGED = message_kind("report:acknowledged", "HR confirms that your report has arrived", "breach_reports.mine")
YOURS_CLOSED = message_kind("report:closed", "Your report has been dealt with", "breach_reports.mine")
