"""The terminal face: a Gantt chart, an outline and what is known of a task."""
