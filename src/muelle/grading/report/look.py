"""El aspecto de las páginas: una hoja de estilo, un guion y dos plantillas. No piden nada a nadie."""

from __future__ import annotations

from pathlib import Path

STYLE = """
:root { color-scheme: light dark; --tinta: #1b1f24; --fondo: #fff; --raya: #8a929c; --suave: #f1f4f7;
  --bien: #14652f; --mal: #a3261b; --duda: #7a4b00; --enlace: #0a5; }
@media (prefers-color-scheme: dark) { :root { --tinta: #e8ecf1; --fondo: #14181d; --raya: #6d7783;
  --suave: #1f252c; --bien: #7ee2a0; --mal: #ffb0a6; --duda: #ffd28a; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--tinta); background: var(--fondo);
  max-width: 90rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
main { min-width: 0; }
h1, h2, h3 { line-height: 1.2; } h3 { margin-bottom: .3rem; }
table { border-collapse: collapse; margin: .5rem 0; min-width: 100%; }
caption { text-align: left; padding: .3rem 0; font-weight: 600; }
th, td { border: 1px solid var(--raya); padding: .3rem .5rem; text-align: left; vertical-align: top; }
thead th { background: var(--suave); position: sticky; top: 0; }
td { overflow-wrap: anywhere; min-width: 4rem; }
.casilla { text-align: center; }
.matriz td { overflow-wrap: normal; min-width: 2rem; }
.matriz td:nth-child(2), .matriz td:nth-child(3) { white-space: nowrap; }
.matriz tbody th { position: sticky; left: 0; background: var(--fondo); min-width: 8rem; z-index: 1; }
.matriz thead th { vertical-align: bottom; z-index: 2; }
.matriz thead th:nth-child(n+4) { padding: .3rem .1rem; text-align: center; }
.matriz thead th:nth-child(n+4) .orden { writing-mode: vertical-rl; transform: rotate(180deg);
  max-height: 13rem; line-height: 1.15; }
.solved { color: var(--bien); } .wrong, .missing { color: var(--mal); }
.unanswered, .crashed, .timeout, .broken, .no_engine, .unsupported { color: var(--duda); }
.ilegible, .pendiente { color: var(--mal); font-weight: 700; } .ausente { font-style: italic; }
details .solved, details .wrong, details .missing, details .unanswered, details .crashed { color: inherit; }
ul { margin: .3rem 0; padding-left: 1.1rem; }
.cuentas { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .5rem; }
.cuentas li { border: 1px solid var(--raya); border-radius: .4rem; padding: .2rem .7rem;
  background: var(--suave); }
summary { cursor: pointer; padding: .3rem 0; }
.aviso { border-left: .3rem solid var(--duda); padding-left: .6rem; }
.tabla { overflow: auto; max-height: 80vh; }
.oculto { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
.casilla, .tabla { position: relative; }
.mandos { display: flex; flex-wrap: wrap; gap: .5rem 1rem; margin: .5rem 0; }
.mandos label { display: flex; gap: .4rem; align-items: center; }
input, select, button { font: inherit; color: inherit; background: var(--fondo);
  border: 1px solid var(--raya);
  border-radius: .3rem; padding: .2rem .5rem; min-height: 2rem; max-width: 100%; }
.orden { border: 0; background: none; padding: 0; font-weight: 700; text-align: left; cursor: pointer; }
.orden::after { content: " ↕"; } [aria-sort=ascending] .orden::after { content: " ↑"; }
[aria-sort=descending] .orden::after { content: " ↓"; }
:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
section { break-inside: avoid; } .papel { display: none; }
@media (max-width: 40rem) { .matriz td:nth-child(2) { white-space: normal; min-width: 5rem; }
  .matriz tbody th { min-width: 6rem; max-width: 8rem; overflow-wrap: anywhere; } }
@media print { :root { color-scheme: light; --tinta: #000; --fondo: #fff; --raya: #777; --suave: #fff;
  --bien: #000; --mal: #000; --duda: #000; }
  @page { size: A4 landscape; margin: 12mm; } body { max-width: none; padding: 0; font-size: 9pt; }
  .mandos { display: none; } .orden::after { content: "" !important; }
  .tabla { overflow: visible; max-height: none; } .tabla:has(+ .papel) { display: none; }
  .papel { display: block; }
  .matriz { font-size: 7pt; min-width: 0; } .matriz th, .matriz td { padding: .1rem; min-width: 0; }
  .matriz tbody th { position: static; min-width: 5rem; }
  .matriz thead th:nth-child(n+4) .orden { max-height: 13rem; white-space: nowrap; overflow: hidden;
    text-overflow: ellipsis; }
  thead { display: table-header-group; } thead th { position: static; } tr { break-inside: avoid; } }
"""

SCRIPT = Path(__file__).with_name("informe.js").read_text(encoding="utf-8")

PAGE = """<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Informe de entregas</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>Informe de entregas</h1>
<p>Cuadernos: {count}. El veredicto de cada ejercicio lo da el corrector, preguntando al motor; no lo que el
cuaderno dice de sí mismo. Los intentos son los que declara el cuaderno.</p>
<ul class="cuentas">{counts}</ul>
<h2>Quién está dónde</h2>
<div class="mandos">
<label>Nombre <input id="nombre" type="search" autocomplete="off"></label>
<label>Estado <select id="estado"><option value="">todos</option></select></label>
<span id="dicho" role="status"></span>
</div>
<p>✓ resuelto · ✗ todavía no · ○ sin responder · – falta la celda · ! no se llegó a juzgar
· * puesto a mano</p>
<div class="tabla" tabindex="0" role="region" aria-label="Estudiantes y ejercicios">{matrix}</div>
{unreadable}
{ignored}
<h2>Por ejercicio</h2>
<div class="tabla" tabindex="0" role="region" aria-label="Por ejercicio"><table>
<thead><tr>
<th scope="col">Ejercicio</th><th scope="col">Resuelto por</th><th scope="col">Quién se quedó y dónde</th>
</tr></thead>
<tbody>{exercises}</tbody>
</table></div>
<h2>Por cuaderno</h2>
{students}
<h2>Qué pudo alcanzar su código</h2>
{warnings}
<p>A un motor llega siempre a través de un guardián, que solo deja pasar una lista de peticiones sobre lo que
el propio cuaderno crea. Lo que crea se retira al acabar. Un fallo del núcleo de Linux podría saltarse
cualquier barrera: corrige en una máquina sin nada que perder.</p>
</main>
<script>{script}</script>
</body>
</html>
"""

RETURNED = """<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tu entrega: {student}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{student}</h1>
<p><b>{points}</b> puntos.</p>
{comment}
{parts}
</main>
</body>
</html>
"""
