"""Who may come to what cuts across rooms."""

from app.core.access import signed_in

ACCESS = {
    "figures.my_record": signed_in("only what the reader holds themselves"),
    "figures.my_record_pdf": signed_in("only what the reader holds themselves"),
}
