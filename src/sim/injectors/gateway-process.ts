import type { MonoMs } from '../../core/time/instant.ts';
import type { ModelWorld } from './model-world.ts';

/** How long a gateway process takes to start in the model: about what Node does. */
export const RESTART_MS = 250;

/** The process is gone, and with it all connections and all requests in line. */
export function goDown(gateway: number, now: MonoMs, modelWorld: ModelWorld): void {
  const { gateways, connections } = modelWorld;
  gateways.processes.goDown(gateway, now);
  forEachOf(gateway, modelWorld, (client) => connections.breakOff(client, now));
}

export function comeUp(gateway: number, now: MonoMs, { gateways }: ModelWorld): void {
  gateways.processes.comeUp(gateway);
  gateways.sessions.restart(gateway, now);
}

/** Visits clients that have to do with this gateway, or had. */
export function forEachOf(gateway: number, { world: { columns } }: ModelWorld, visit: (client: number) => void): void {
  for (let client = 0; client < columns.gateway.length; client++)
    if (columns.gateway[client] === gateway) visit(client);
}
