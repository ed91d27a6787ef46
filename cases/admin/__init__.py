"""The pages of the cases: one module each."""

from cases.playbooks import admin as playbooks  # registers their pages

from . import agit, approvals, case, consultation

__all__ = ["agit", "approvals", "case", "consultation", "playbooks"]
