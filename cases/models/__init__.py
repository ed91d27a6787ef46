from .approval import Approval, ApprovalChange
from .case import LEAD, WORK, Case, CaseChange, CaseNumber
from .consultation import ConsultationType
from .identity import IdentityCheck

__all__ = [
    "LEAD",
    "WORK",
    "Approval",
    "ApprovalChange",
    "Case",
    "CaseChange",
    "CaseNumber",
    "ConsultationType",
    "IdentityCheck",
]
