"""What it costs: rates, budgets, time-phased cost, baselines and earned value, computed from a plan and its schedule."""
