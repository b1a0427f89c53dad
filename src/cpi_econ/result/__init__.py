"""The saved answer of an analysis, and the files that hold it."""
