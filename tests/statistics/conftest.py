"""Hypothesis without a deadline: the machines that run these tests share their processors."""

from hypothesis import settings

settings.register_profile("no_deadline", deadline=None, max_examples=60)
settings.load_profile("no_deadline")
