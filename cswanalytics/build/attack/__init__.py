"""The attacker: works out, from everything published and everything known, what the true counts can be."""
