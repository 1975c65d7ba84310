"""Sampling and training for Reversal on a cluster or on one GPU machine. README.md has the contract."""
