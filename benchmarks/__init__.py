"""Comparisons side by side: this model, the same month as Mesa objects, and parts of it by other means."""
