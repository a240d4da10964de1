"""A real DSRM, real DSRS and real load on loopback."""
