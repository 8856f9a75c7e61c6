"""La pestaña: un motor de Docker de verdad dentro de la página de quien lee."""
