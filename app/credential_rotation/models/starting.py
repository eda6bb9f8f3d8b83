"""Who may have the password of an account changed without anybody leaving (policy 6.1(3); a partnership's passwords.1)."""

from app.account_register.models import AccessLevel, Account
from app.core import clock
from app.credential_rotation.models.rotations import NEEDS_PERMISSION
from app.people.models import KEEPERS, Person
from app.policy.queries import pack


def may_ask_for_new_password(account: Account, person: Person) -> bool:
    """Whether this person may ask for a new password: a keeper of the register. Where the policy wants permission for each
    change, who owns the account or administers it asks too: nothing is changed before another permits it.
    """
    if person.holds(*KEEPERS):
        return True
    if not pack().switches[NEEDS_PERMISSION].value:
        return False
    today = clock.today()
    administers = any(
        grant.person_id == person.id and grant.level is AccessLevel.ADMIN and grant.runs_on(today)
        for grant in account.grants
    )
    return administers or account.owner_id == person.id
