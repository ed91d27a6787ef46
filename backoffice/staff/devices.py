"""What a person recognises his browser by."""

# In this order: each browser claims to be the ones further down.
BROWSERS = [("Edg", "Edge"), ("Whale", "Whale"), ("OPR", "Opera"), ("Firefox", "Firefox")]
BROWSERS += [("Chrome", "Chrome"), ("Safari", "Safari")]
SYSTEMS = [("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad")]
SYSTEMS += [("Mac OS X", "macOS"), ("Linux", "Linux")]


def device_name(user_agent):
    """Return browser and system: “Edge · Windows”; “–” where the browser does not say."""
    names = [
        next((name for mark, name in marks if mark in user_agent), "")
        for marks in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(filter(None, names)) or "–"
