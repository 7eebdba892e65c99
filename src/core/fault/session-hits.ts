import type { Draws } from '../random/draws.ts';
import { hitsOf, type Hits } from './select.ts';
import type { SessionFault } from './session.ts';
import type { Occurrence } from './occurrence.ts';

/** One occurrence of a session fault. */
export interface SessionOccurrence extends Occurrence {
  readonly fault: SessionFault;
}

/** Clients 0..count-1; client n is a device of user floor(n / perUser). */
export interface Devices {
  readonly count: number;
  readonly perUser: number;
}

/**
 * The devices that lose their session or right and the instants, in order; the same in every world and process.
 *
 * The mode `compromised` hits single devices, and its share is a share of devices. Every other mode hits users, and its
 * share is a share of users: all devices of a user are hit at one instant, and belong to the cohort of the first one.
 * The device that logs out is not among them; `loggingOut` returns it.
 */
export function sessionHits(draws: Draws, occurrence: SessionOccurrence, devices: Devices, fromMs: number): Hits {
  const { mode } = occurrence.fault;
  if (mode === 'compromised') return hitsOf(draws, occurrence, devices.count, fromMs);
  const users = hitsOf(draws, occurrence, devices.count, fromMs, devices.perUser);
  const clients: number[] = [];
  const atMs: number[] = [];
  for (const [rank, first] of users.clients.entries()) {
    const end = Math.min(first + devices.perUser, devices.count);
    for (let client = mode === 'logout' ? first + 1 : first; client < end; client++) {
      clients.push(client);
      atMs.push(users.atMs[rank]!);
    }
  }
  return { clients: Int32Array.from(clients), atMs: Float64Array.from(atMs) };
}

/** The devices that log out, which ends the sessions of their users' other devices, with the instants. */
export function loggingOut(draws: Draws, occurrence: SessionOccurrence, devices: Devices, fromMs: number): Hits {
  return occurrence.fault.mode === 'logout'
    ? hitsOf(draws, occurrence, devices.count, fromMs, devices.perUser)
    : NO_HITS;
}

const NO_HITS: Hits = { clients: new Int32Array(), atMs: new Float64Array() };
