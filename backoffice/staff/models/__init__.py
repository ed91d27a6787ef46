from .person import User
from .rights import RightsChange
from .session import Session

__all__ = ["RightsChange", "Session", "User"]
