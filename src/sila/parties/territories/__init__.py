"""Where customers, leads and deals belong: a tree of territories whose rules say who stands in which."""
