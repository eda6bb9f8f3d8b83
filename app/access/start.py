"""Who may come to the start page and to what is linked from every page."""

from app.core.access import anybody, signed_in

ACCESS = {
    "static": anybody(),
    "home.index": signed_in("each room's due items select the reader's own duties"),
    "home.messages": signed_in("the query shows the reader’s own, less those about matters walled off from them"),
    "home.read_messages": signed_in("only the reader’s own are marked"),
    "home.accessibility": anybody(),
    "home.health": anybody(),
}
