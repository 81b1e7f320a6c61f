"""More than one machine: pages looked at, and requests sent, by the workers of a Ray cluster."""
