from .group import GroupAdmin
from .person import UserAdmin
from .rights import RightsChangeAdmin

__all__ = ["GroupAdmin", "RightsChangeAdmin", "UserAdmin"]
