"""Room 5: replicates to increments, net benefit, curves and value of information."""
