"""Numerical kernels: arrays in, arrays out, numpy and scipy.special only."""
