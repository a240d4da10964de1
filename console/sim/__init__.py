"""A fleet in virtual time on top of policy."""
