"""Who may come to the pages about people."""

from app.core.access import anybody, roles, signed_in
from app.people.models import CONFIRM_TIES, HR_OFFICERS, RECORD_HEADS, Role

ACCESS = {
    "people.sign_in": anybody(),
    "people.sign_out": signed_in(),
    "people.close_to_you": signed_in("relating.declared_by: everybody's own"),
    "people.end_close_to_you": signed_in("relating.declared_relationship: everybody's own"),
    "people.record_relationship": roles(*HR_OFFICERS, then_asks="relating.relate"),
    "people.recorded_relationships": roles(*HR_OFFICERS, then_asks="relating.recorded_page"),
    "people.say_recorded_over": roles(*HR_OFFICERS, then_asks="relating.recorded_relationship"),
    "people.relationships": roles(*CONFIRM_TIES, then_asks="relating.to_confirm"),
    "people.confirm_relationship": roles(*CONFIRM_TIES, then_asks="relating.relationship_to_judge"),
    "people.turn_down_relationship": roles(*CONFIRM_TIES, then_asks="relating.relationship_to_judge"),
    "people.roles": roles(Role.ADMINISTRATOR, then_asks="operations.appoint: never themselves"),
    "people.end_role": roles(Role.ADMINISTRATOR, then_asks="person.may_give_roles_to"),
    "people.services": roles(*RECORD_HEADS),
    "people.head_of_service": roles(*RECORD_HEADS, then_asks="service.head_can_be_recorded_by: never themselves"),
    "people.mail_choice": signed_in("person.chooses_mail_of: everybody for themselves"),
}
