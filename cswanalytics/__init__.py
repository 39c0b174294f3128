"""How children with a social worker do at school beside their peers, and whether the gap is closing."""

__version__ = "0.1.0"
