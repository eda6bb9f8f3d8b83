"""What people are told of in this room: neutral lines, each leading to a list that knows the wall."""

from app.core.outbox import message_kind

OPENED = message_kind("case:opened", "A case has been opened", "hr_cases.index")
INVESTIGATOR = message_kind("case:investigator", "You are asked to investigate a case", "hr_cases.index")
OWNER = message_kind("case:owner", "You are asked to look after a case", "hr_cases.index")
PLAN = message_kind("case:plan", "An investigation has its plan", "hr_cases.index")
PAUSED = message_kind("case:paused", "A case is paused", "hr_cases.index")
RESUMED = message_kind("case:resumed", "A case goes on", "hr_cases.index")
REPORT = message_kind("case:report", "An investigation report waits for your review", "hr_cases.index")
RETURNED = message_kind("case:returned", "Your report came back with a question", "hr_cases.index")
ACCEPTED = message_kind("case:accepted", "A case needs a decision maker", "hr_cases.index")
TO_DECIDE = message_kind("case:to-decide", "You are asked to decide in a case", "hr_cases.index")
TO_ANSWER_DECIDED = message_kind(
    "case:to-answer-decided", "It is decided whether there is a case to answer", "hr_cases.index"
)
HEARING_SET = message_kind("case:hearing-set", "A hearing has its date", "hr_cases.index")
HEARING_ANSWERED = message_kind("case:hearing-answered", "There is a reply to a notice of hearing", "hr_cases.index")
HEARING_POSTPONED = message_kind("case:hearing-postponed", "A hearing has been put off", "hr_cases.index")
OUTCOME_DECIDED = message_kind("case:outcome-decided", "A case has its outcome", "hr_cases.index")
APPEAL_RECEIVED = message_kind("case:appeal-received", "An appeal has come in", "hr_cases.index")
APPEAL_TO_HEAR = message_kind("case:appeal-to-hear", "You are asked to hear an appeal", "hr_cases.index")
APPEAL_DECIDED = message_kind("case:appeal-decided", "An appeal is decided", "hr_cases.index")
RELIED_ON_CHANGED = message_kind("case:relied-on-changed", "Something behind a decision has changed", "hr_cases.index")
REAPPOINTED = message_kind("case:reappointed", "Somebody else now takes part in a case", "hr_cases.index")
PART_ENDED = message_kind("case:part-ended", "Somebody else takes over something you worked on", "home.index")
LEAVING = message_kind("case:leaving", "A case needs your decision whether it goes on", "hr_cases.index")
ENDED_EARLY = message_kind("case:ended-early", "A case has ended early", "hr_cases.index")
YOURS_LETTER = message_kind("case:letter", "There is something about you to read", "hr_cases.about_me_list")
YOURS_ANSWER = message_kind("case:answer-recorded", "What you answered has been recorded", "hr_cases.about_me_list")
YOURS_COMPANION = message_kind("case:companion-judged", "There is an answer about your companion", "hr_cases.about_me_list")
