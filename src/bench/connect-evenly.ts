import { performance } from 'node:perf_hooks';

const TICK_MS = 1;

/** Calls `connect` once for each client, evenly at a rate, after the current turn of the event loop. */
export function connectEvenly(clients: number, perSecond: number, connect: () => void): void {
  const beganMs = performance.now();
  let connected = 0;
  const connectAllDue = (): void => {
    const elapsedSeconds = (performance.now() - beganMs) / 1000;
    const due = Math.min(clients, 1 + Math.floor(elapsedSeconds * perSecond));
    for (; connected < due; connected++) connect();
    if (due < clients) setTimeout(connectAllDue, TICK_MS);
  };
  setImmediate(connectAllDue);
}
