"""Las piezas con las que se hace cualquier dibujo: filas, rejillas, letreros, colores y el paso a SVG."""
