"""Two-way exchange with issue trackers."""
