"""What people are told of in this room: neutral lines, each leading to a list that knows who may read what."""

from app.core.outbox import message_kind

TOLD = message_kind("early:told", "Somebody told you something early", "early_advice.for_me")
YOURS = message_kind("early:yours", "There is news about what you told or asked", "early_advice.index")
PERSONAL_DATA = message_kind("early:data", "Something about personal data waits for you", "early_advice.for_me")
ASKED = message_kind("early:asked", "Somebody asks you before posting", "early_advice.for_me")
DECLARED = message_kind("early:declared", "A declaration waits for you", "early_advice.for_me")
TO_LEAD = message_kind("early:lead", "Something waits for the safeguarding lead", "early_advice.for_me")
TAKEN_OVER = message_kind("early:taken-over", "What you passed on has been taken over", "early_advice.for_me")
TO_HR = message_kind("early:hr", "A declaration waits for Human Resources", "early_advice.for_me")
TO_HR_TOO = message_kind(
    "early:hr-too", "A declaration that you look at was referred by the manager too", "early_advice.for_me"
)
TO_LEAD_AGAIN = message_kind(
    "early:lead-again", "There is something new about what was taken to the safeguarding lead", "early_advice.for_me"
)
ADVICE = message_kind("early:advice", "There are words for you about a declaration", "early_advice.for_me")
