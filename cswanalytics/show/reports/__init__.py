"""Documents for readers who never sign in: letters to headteachers, reports to governors, the summary."""
