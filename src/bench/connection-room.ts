import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const FOLDER = '/proc/sys/net/netfilter';
const POLL_MS = 1000;
/** Time after which the kernel has forgotten all connections that have ended, at its usual settings, and a reserve, ms. */
const FORGOTTEN_AFTER_MS = 150_000;
/** Share of the table that is left to everybody else. */
const SPARE = 0.05;

/** The kernel's table of tracked connections. */
export interface ConnectionTable {
  readonly tracked: number;
  readonly max: number;
}

/**
 * Waits until this many connections have room in the kernel's table of tracked connections, which firewalls and container
 * engines switch on. A connection stays in it for two minutes after its end. Where the table is full, packets are dropped
 * without an error to anybody.
 *
 * @param read null: connections are not tracked
 * @throws Error if there is no room when everything has been forgotten that has ended
 */
export async function roomForConnections(
  connections: number,
  read: () => Promise<ConnectionTable | null> = readTable,
  pause: (ms: number) => Promise<unknown> = sleep,
): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const table = await read();
    if (table === null || table.tracked + connections <= table.max * (1 - SPARE)) return;
    if (waitedMs >= FORGOTTEN_AFTER_MS)
      throw new Error(
        `the kernel tracks ${table.tracked} of ${table.max} connections, which leaves no room for ${connections} (${FOLDER}): ` +
          'end what holds them, or raise nf_conntrack_max',
      );
    await pause(POLL_MS);
  }
}

async function readTable(): Promise<ConnectionTable | null> {
  try {
    const [tracked, max] = await Promise.all(
      ['count', 'max'].map(async (name) => Number(await readFile(`${FOLDER}/nf_conntrack_${name}`, 'utf8'))),
    );
    return tracked !== undefined && max !== undefined && max > 0 ? { tracked, max } : null;
  } catch {
    return null;
  }
}
