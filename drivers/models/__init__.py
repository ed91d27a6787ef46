from .correction import Correction, CorrectionChange
from .driver import Driver, DriverChange, DriverName
from .verification import VerificationEvent

__all__ = [
    "Correction",
    "CorrectionChange",
    "Driver",
    "DriverChange",
    "DriverName",
    "VerificationEvent",
]
