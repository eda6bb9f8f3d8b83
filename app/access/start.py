"""Who may come to the start page and to what is linked from every page."""

from app.core.access import anybody, signed_in

ACCESS = {
    "static": anybody(),
    "home.index": signed_in("each room's due items select the reader's own duties"),
    "home.accessibility": anybody(),
    "home.health": anybody(),
}
