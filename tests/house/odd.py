"""What somebody may put into an address or a form by hand, where a number or a day belongs."""

ODD = {
    "a word": "abc",
    "a byte that no text has": "\0",
    "a fraction": "1.5",
    "more digits than a database takes": "9" * 23,
    "more digits than Python reads": "9" * 5000,
    "the first year": "0001-01-01",
}


def failed(answers):
    """Return of (what was asked, answer) what was answered by an error page, or as an outage."""
    return [asked for asked, answer in answers if answer.status_code >= 500]
