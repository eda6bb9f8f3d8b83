"""What every room stands on, and which knows no room.

The core keeps the clock and the working days, opens and commits the database, looks up whether a status may change,
writes down who did what in a chain that cannot be altered unseen, seals what was said to HR, and sends words out only
after the act they tell of is on disk. It never decides who may do what: the rooms do, and the core only asks them.
"""
