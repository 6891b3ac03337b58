"""How sure the dates and the cost are: sampling and simulation over the logic of a plan."""
