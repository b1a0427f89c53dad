"""Room 2: service use and unit costs to one cost per participant."""
