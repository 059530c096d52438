"""How two rules part: the events of one replicate under both, and the chain that leads from money to people."""
