"""Reading a verification code out to a driver: rare, approved, once, and never kept."""
