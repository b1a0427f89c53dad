"""Room 4: one row per participant to replicates of arm means."""
