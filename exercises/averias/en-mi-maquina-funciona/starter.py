# Repárala aquí, con `client`, o en una terminal: da lo mismo.
