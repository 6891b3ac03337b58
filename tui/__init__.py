"""Slackline in the terminal: the project list and the Gantt chart."""
