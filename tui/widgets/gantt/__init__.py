"""The Gantt chart: a model of rows, a scale of time, painters of single lines, and the view that scrolls them."""
