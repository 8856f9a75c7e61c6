"""La preparación de `.venv`: solo biblioteca estándar, porque se ejecuta antes de que haya nada instalado."""
