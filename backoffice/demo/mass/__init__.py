"""
Invented drivers and cases by the million, for measuring: ``manage.py demo_data``.

Written past the models, set by set, so every column that ``save()`` or a service derives is
derived here by the same functions; a test compares the two.
"""
