// Lo que se recuerda en este aparato; si el navegador no deja, se sigue sin recordar.

export const PROGRESS = "muelle-progreso"; // el de los ejercicios: el JSON de `muelle.exercises.store`

export function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Guarda y dice si se pudo. */
export function keep(key, value) {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch { /* no había nada guardado */ }
}
