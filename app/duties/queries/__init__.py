"""What is due from whom: the desk of one person (`desk`), and everybody's duties for chasing (`chasing`)."""

from app.duties.queries.desk import Desk, DueItem, Number, address_of, desk_of, first_page_rows

__all__ = ["Desk", "DueItem", "Number", "address_of", "desk_of", "first_page_rows"]
