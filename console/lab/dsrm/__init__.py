"""DSRM, the balancer: its table and decisions without I/O, and a thin skin of HTTP."""
