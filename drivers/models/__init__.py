from .correction import Correction, CorrectionChange
from .driver import Driver, DriverChange, DriverName
from .rights import RightsRequest, RightsRequestChange
from .verification import VerificationEvent

__all__ = [
    "Correction",
    "CorrectionChange",
    "Driver",
    "DriverChange",
    "DriverName",
    "RightsRequest",
    "RightsRequestChange",
    "VerificationEvent",
]
