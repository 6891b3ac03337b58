"""The columns that stand frozen at the left of a chart."""
