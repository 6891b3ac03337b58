"""The list of projects with their timelines."""
