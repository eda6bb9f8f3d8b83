"""Who may come to the pages about people."""

from app.core.access import anybody, signed_in

ACCESS = {
    "people.sign_in": anybody(),
    "people.sign_out": signed_in(),
    "people.mail_choice": signed_in("person.chooses_mail_of: everybody for themselves"),
}
