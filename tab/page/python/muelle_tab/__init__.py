"""Lo que `muelle` necesita dentro de una página: un motor al que se llega por el cable del service worker."""
