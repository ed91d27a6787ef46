from .person import User
from .rights import RightsChange
from .second_factor import RecoveryCode, SecondFactor
from .session import Session

__all__ = ["RecoveryCode", "RightsChange", "SecondFactor", "Session", "User"]
