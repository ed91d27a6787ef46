from .person import User
from .rights import RightsChange

__all__ = ["RightsChange", "User"]
