"""Room 1: the plan (study file) and the raw tables it names."""
