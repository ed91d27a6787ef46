from cases.figures.models import DayFigures, MonthFigures, StaleDay
from cases.playbooks.models import (
    Answer,
    Choice,
    Playbook,
    PlaybookVersion,
    PlaybookVersionChange,
    Step,
    Walk,
)

from . import guards
from .agit import AgitPost, AgitPostChange
from .approval import Approval, ApprovalChange
from .case import LEAD, WORK, Case, CaseChange
from .consultation import ConsultationType
from .identity import IdentityCheck
from .number import CaseNumber
from .presence import Presence

__all__ = [
    "LEAD",
    "WORK",
    "AgitPost",
    "AgitPostChange",
    "Answer",
    "Approval",
    "ApprovalChange",
    "Case",
    "CaseChange",
    "CaseNumber",
    "Choice",
    "ConsultationType",
    "DayFigures",
    "IdentityCheck",
    "MonthFigures",
    "Playbook",
    "PlaybookVersion",
    "PlaybookVersionChange",
    "Presence",
    "StaleDay",
    "Step",
    "Walk",
    "guards",
]
