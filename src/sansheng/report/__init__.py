"""The report: one page that needs nothing beside it, in Chinese and English."""
