// Hace la instantánea: arranca la máquina, le carga la imagen base, la deja en forma y guarda su estado.
//
//   node snapshot.mjs PARTES.json
//
// PARTES.json dice dónde están las piezas (véase `Machine`), la imagen base y el contexto de una construcción,
// qué API hablar y dónde dejar el estado. Por la salida va una línea por paso.

import fs from "node:fs";
import { Machine, pause } from "./machine.mjs";

const TAR = "application/x-tar";
const parts = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const machine = new Machine(parts);
const step = text => console.log(text);

/** Un contenedor de principio a fin, para que su camino quede en memoria. */
async function run(network) {
  const body = JSON.stringify({ Image: "muelle/base", Cmd: ["saludo"], HostConfig: { NetworkMode: network } });
  const { Id } = JSON.parse((await machine.request("POST", "/containers/create", body)).body);
  await machine.request("POST", `/containers/${Id}/start`);
  await machine.request("POST", `/containers/${Id}/wait`);
  await machine.request("GET", `/containers/${Id}/logs?stdout=1`);
  await machine.request("DELETE", `/containers/${Id}?force=1`);
}

/** Una construcción de dos pasos, y después su imagen fuera. */
async function build() {
  const said = await machine.request("POST", "/build?t=prueba:1", fs.readFileSync(parts.context), TAR);
  if (!said.body.includes("Successfully built")) throw new Error(`la construcción falló: ${said.body}`);
  await machine.request("DELETE", "/images/prueba:1?force=1");
}

await machine.ready();
step("El demonio responde");
const version = JSON.parse((await machine.request("GET", "/version")).body);
await machine.request("POST", "/images/load?quiet=1", fs.readFileSync(parts.base), TAR);
step("Imagen base cargada");
await run("bridge");
await build();
// Lo que solo hizo falta para arrancar sobra: fuera de la memoria, y se vuelve a tocar lo que usa una celda.
// Cada vuelta saca lo que la anterior dio por recién usado; al final no queda nada que sacar, y lo dice con un error.
const drop = "echo 60M > /sys/fs/cgroup/memory.reclaim; echo 3 > /proc/sys/vm/drop_caches";
await machine.shell(`sync; for turn in 1 2 3 4; do ${drop}; done 2> /dev/null`);
await run("bridge");
await run("none");
await build();
for (const path of ["/images/json", "/version", "/info", "/containers/json?all=1"]) await machine.request("GET", path);
step("Contenedores y construcción probados");
await machine.shell("echo 128 > /sys/block/sda/queue/read_ahead_kb");
// La memoria libre, a cero: así se comprime en nada.
await machine.shell("dd if=/dev/zero of=/run/z bs=1M count=$(awk '/MemFree/{print int($2/1024)-8}' /proc/meminfo); rm /run/z");
await pause(1500); // que acabe lo que quede en marcha en la máquina
const state = Buffer.from(await machine.emulator.save_state());
fs.writeFileSync(parts.state, state);
fs.writeFileSync(parts.facts, JSON.stringify({ version, bytes: state.length }));
step(`Instantánea guardada: ${Math.round(state.length / 1e6)} MB`);
process.exit(0);
