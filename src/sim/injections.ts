import { numberOf } from '../core/client/context.ts';
import { STATE } from '../core/client/states.ts';
import type { ClockFault } from '../core/fault/clock.ts';
import type { DropFault } from '../core/fault/drop.ts';
import type { LinkFault } from '../core/fault/link.ts';
import { furtherDraw } from '../core/fault/select.ts';
import type { SessionFault } from '../core/fault/session.ts';
import type { Occurrence } from '../core/fault/occurrence.ts';
import { adviceIn } from '../core/policy/parse-advice.ts';
import { timeMs } from '../core/random/time.ts';
import { NETWORK } from '../core/signal.ts';
import { LOSS } from '../core/server/accounts.ts';
import type { Injection } from './active-faults.ts';
import type { Gateways } from './gateways.ts';
import type { Revocations } from './revocations.ts';
import { SPOILT } from './links.ts';
import type { ModelCommands } from './commands.ts';
import type { World } from './world.ts';

/** What injections are done to. */
export interface FaultContext {
  readonly world: World;
  readonly gateways: Gateways;
  readonly commands: ModelCommands;
  readonly revocations: Revocations;
}

/** The client's clock jumps, and drifts from then on; at the end it jumps back by as much and keeps time again. */
export function clockInjection(
  { offsetMs, driftPerMs, forMs }: ClockFault,
  { world: { machine } }: FaultContext,
): Injection {
  return {
    inject: (client, now) => {
      if (machine.state(client) === STATE.stopped) return 'stopped';
      if (offsetMs !== 0) machine.clock.shift(client, offsetMs, now);
      if (driftPerMs !== 0) machine.clock.drift(client, driftPerMs, now);
      return null;
    },
    undo: (client, now) => {
      if (machine.state(client) === STATE.stopped) return;
      if (driftPerMs !== 0) machine.clock.drift(client, 0, now);
      machine.clock.shift(client, -offsetMs - driftPerMs * forMs, now);
    },
  };
}

/** A ready connection ends. */
export function dropInjection({ mode }: DropFault, { gateways }: FaultContext): Injection {
  const signal = mode.kind === 'reset' ? NETWORK.reset : mode.kind === 'garbage' ? NETWORK.badFrame : mode.code;
  const told = mode.kind === 'close' ? adviceIn(mode.reason) : null;
  return {
    inject: (client, now) =>
      gateways.sessions.isReady(client) && gateways.close(client, signal, told, now) ? null : 'not-connected',
  };
}

/** Something stands between the client and its gateway, on the connection that is ready now. */
export function linkInjection(
  { mode, forMs }: LinkFault,
  occurrence: Occurrence,
  { world, gateways }: FaultContext,
): Injection {
  const { links, context, machine } = world;
  const kind = SPOILT_BY[mode.kind];
  return {
    inject: (client, now) => {
      const state = machine.state(client);
      if (state === STATE.stopped) return 'stopped';
      if (!gateways.isOpen(client) || (state !== STATE.ready && state !== STATE.renewing)) return 'not-connected';
      if (links.spoilt[client] !== SPOILT.none) return 'another-fault';
      links.spoilt[client] = kind;
      links.spoiltBy[client] = occurrence.index + 1;
      links.spoiltUntil[client] = now + forMs;
      // Drawn once for a connection: on a stream every message waits for the one before it anyway.
      if (mode.kind === 'latency') {
        const u = furtherDraw(context.draws, occurrence, numberOf(context, client), occurrence.ordinal);
        links.latencyMs[client]! += timeMs(mode.delay, u);
      }
      return null;
    },
    undo: (client, now) => gateways.restore(client, occurrence.index, now),
  };
}

/** The two that are left out (see `whyUnsupported`) spoil nothing. */
const SPOILT_BY: Readonly<Record<LinkFault['mode']['kind'], number>> = {
  silent: SPOILT.silent,
  stall: SPOILT.stalled,
  latency: SPOILT.slowed,
  duplicate: SPOILT.doubled,
  bandwidth: SPOILT.none,
  reorder: SPOILT.none,
};

/** A session or a right is taken away. `byItself`: the device logs out. */
export function sessionInjection({ mode }: SessionFault, byItself: boolean, { revocations }: FaultContext): Injection {
  return {
    inject: (client, now) => (revocations.take(client, LOSS[mode], byItself, now) ? null : 'over-already'),
  };
}
