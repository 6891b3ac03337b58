"""What is wrong with a plan: the DCMA 14 points and other checks, their findings, and what would mend them."""
