"""Who is needed when: loads, levelling and smoothing, computed from a plan and its schedule."""
