from .person import User
from .refusal import HookRefusal
from .rights import RightsChange
from .second_factor import RecoveryCode, SecondFactor
from .session import Session

__all__ = ["HookRefusal", "RecoveryCode", "RightsChange", "SecondFactor", "Session", "User"]
