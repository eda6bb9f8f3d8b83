"""Forms of cases: one for each act, in the order in which a case goes."""
