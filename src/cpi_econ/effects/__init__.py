"""Room 3: questionnaire answers to utilities, QALYs and years of capability."""
