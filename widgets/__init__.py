"""Qt and numbers only: widgets that know no balancer."""
