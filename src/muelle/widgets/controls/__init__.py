"""La forma viva de cada control: lo que se toca en un cuaderno, con ipywidgets."""
