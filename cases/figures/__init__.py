"""The figures of the centre: counted day by day, kept, and drawn for team leads."""
