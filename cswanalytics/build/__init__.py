"""The only code that touches a child: from exports to a release."""
