"""How a balancer picks a server. Pure; one implementation for the lab, the forecast and the shadow balancer."""
