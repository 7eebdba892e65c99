import { readFileSync } from 'node:fs';
import { OUT_MS, type ClientHistory } from './seen.ts';

/** The time during which a connection was a client's, by the wall clock. */
interface Held {
  readonly client: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The last sign of life of each process of the target, by process id, in ms of the wall clock. */
export function aliveIn(file: string): ReadonlyMap<number, number> {
  const last = new Map<number, number>();
  for (const [at, pid] of linesOf(file)) last.set(Number(pid), Number(at));
  return last;
}

/**
 * Reads the sessions that the target's processes logged.
 *
 * @param endMs end of the run, by the wall clock
 */
export function readSessionLog(
  file: string,
  clients: number,
  endMs: number,
): Pick<ClientHistory, 'admitted' | 'outAtEnd' | 'returns'> {
  const held = heldIn(file);
  const admitted = Array.from({ length: clients }, (_, client) => held.some((each) => each.client === client));
  const isIn = ({ fromMs, toMs }: Held): boolean => fromMs <= endMs && toMs >= endMs - OUT_MS;
  const inAtEnd = new Set(held.filter(isIn).map(({ client }) => client));
  const outAtEnd = Array.from({ length: clients }, (_, client) => !inAtEnd.has(client));
  return { admitted, outAtEnd, returns: held.length - admitted.filter(Boolean).length };
}

function heldIn(file: string): readonly Held[] {
  const alive = aliveIn(file);
  const open = new Map<string, { client: number; fromMs: number; pid: number }>();
  const held: Held[] = [];
  for (const [at, pid, what, client, slot] of linesOf(file)) {
    const key = `${pid} ${slot}`;
    if (what === 'ready') open.set(key, { client: Number(client), fromMs: Number(at), pid: Number(pid) });
    const begun = open.get(key);
    if (what !== 'ended' || begun === undefined) continue;
    open.delete(key);
    held.push({ client: begun.client, fromMs: begun.fromMs, toMs: Number(at) });
  }
  // A session without an end ended with its process.
  for (const { client, fromMs, pid } of open.values()) held.push({ client, fromMs, toMs: alive.get(pid) ?? fromMs });
  return held;
}

function linesOf(file: string): readonly (readonly string[])[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => line.split(' '));
}
