"""DSRS, the recognition servers: real ports, real sessions, real reports; many in one process."""
