"""What HR holds about people: who takes part in a matter, in which capacity, and whom it is walled off from.

A matter is a report or a case; each has a data key of its own. A party is a person in a capacity, from a moment on.
The wall is one condition inside every query: whoever is subject, reporter, witness or companion, or is close to one,
has no officer's view of the matter, whatever roles they hold, from the moment the fact is known. Conflict rules say who
may not be appointed, and name the rule to HR only. Sources: domain 3.11; Acas Code paragraphs 5 to 7 and 27.
"""
