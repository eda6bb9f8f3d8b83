"""Who may come to the pages of the policy."""

from app.core.access import signed_in

ACCESS = {
    "policy.index": signed_in(),
    "policy.show": signed_in(),
    "policy.acknowledge": signed_in("everybody acknowledges for themselves only"),
}
