"""What is logged leaves the house as well: numbers and rows of the database are taken out."""

import re

from .masking import mask_mobiles

# PostgreSQL names the values that broke a constraint, whatever they are.
ROW = re.compile(r"(Failing row contains|Key \([^)\n]*\)=)\s*\(.*?\)(?=[. ])")


def masked_line(line):
    """Return a finished log line with personal data masked; its own time stays."""
    return mask_mobiles(ROW.sub(r"\1 (…)", line))
