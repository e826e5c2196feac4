"""What things cost, as ratios of medians measured side by side in one run. Not tests: `make bench` prints them."""
