"""Every test that lives a part of the year lives it quickly, and the same each time."""

from tests.year.quick import nothing_outlives_a_crash, the_same_each_time

__all__ = ["nothing_outlives_a_crash", "the_same_each_time"]
