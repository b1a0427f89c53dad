"""The terminal: commands of the contract, and nothing that computes."""
