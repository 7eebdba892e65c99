import { numberOf } from '../core/client/life.ts';
import { STATE } from '../core/client/states.ts';
import type { ClockFault } from '../core/fault/clock.ts';
import type { DropFault } from '../core/fault/drop.ts';
import type { LinkFault } from '../core/fault/link.ts';
import { furtherDraw } from '../core/fault/select.ts';
import type { SessionFault } from '../core/fault/session.ts';
import type { Strike } from '../core/fault/strike.ts';
import { adviceIn } from '../core/policy/told.ts';
import { timeMs } from '../core/random/time.ts';
import { NETWORK } from '../core/signal.ts';
import { LOSS } from './accounts.ts';
import type { Deed } from './acts.ts';
import type { Gateways } from './gateways.ts';
import type { Grapevine } from './grapevine.ts';
import { SPOILT } from './links.ts';
import type { ModelCommands } from './commands.ts';
import type { World } from './world.ts';

/** What deeds are done to. */
export interface Victims {
  readonly world: World;
  readonly gateways: Gateways;
  readonly commands: ModelCommands;
  readonly grapevine: Grapevine;
}

/** The client's clock jumps, and drifts from then on; at the end it jumps back by as much and keeps time again. */
export function clockDeed({ offsetMs, driftPerMs, forMs }: ClockFault, { world: { machine } }: Victims): Deed {
  return {
    strike: (client, now) => {
      if (machine.state(client) === STATE.stopped) return 'stopped';
      if (offsetMs !== 0) machine.shiftClock(client, offsetMs, now);
      if (driftPerMs !== 0) machine.driftClock(client, driftPerMs, now);
      return null;
    },
    undo: (client, now) => {
      if (machine.state(client) === STATE.stopped) return;
      if (driftPerMs !== 0) machine.driftClock(client, 0, now);
      machine.shiftClock(client, -offsetMs - driftPerMs * forMs, now);
    },
  };
}

/** A ready connection ends. */
export function dropDeed({ mode }: DropFault, { gateways }: Victims): Deed {
  const signal = mode.kind === 'reset' ? NETWORK.reset : mode.kind === 'garbage' ? NETWORK.badFrame : mode.code;
  const told = mode.kind === 'close' ? adviceIn(mode.reason) : null;
  return {
    strike: (client, now) =>
      gateways.sessions.isReady(client) && gateways.close(client, signal, told, now) ? null : 'not-connected',
  };
}

/** Something stands between the client and its gateway, on the connection that is ready now. */
export function linkDeed({ mode, forMs }: LinkFault, strike: Strike, { world, gateways }: Victims): Deed {
  const { links, life, machine } = world;
  const kind = SPOILT_BY[mode.kind];
  return {
    strike: (client, now) => {
      const state = machine.state(client);
      if (state === STATE.stopped) return 'stopped';
      if (!gateways.isOpen(client) || (state !== STATE.ready && state !== STATE.renewing)) return 'not-connected';
      if (links.spoilt[client] !== SPOILT.none) return 'another-fault';
      links.spoilt[client] = kind;
      links.spoiltBy[client] = strike.index + 1;
      links.spoiltUntil[client] = now + forMs;
      // Drawn once for a connection: on a stream every message waits for the one before it anyway.
      if (mode.kind === 'latency') {
        const u = furtherDraw(life.draws, strike, numberOf(life, client), strike.occurrence);
        links.latencyMs[client]! += timeMs(mode.delay, u);
      }
      return null;
    },
    undo: (client, now) => gateways.restore(client, strike.index, now),
  };
}

/** The two that are left out (see meaning.ts) spoil nothing. */
const SPOILT_BY: Readonly<Record<LinkFault['mode']['kind'], number>> = {
  silent: SPOILT.silent,
  stall: SPOILT.stalled,
  latency: SPOILT.slowed,
  duplicate: SPOILT.doubled,
  bandwidth: SPOILT.none,
  reorder: SPOILT.none,
};

/** A session or a right is taken away. `byItself`: the device logs out. */
export function sessionDeed({ mode }: SessionFault, byItself: boolean, { grapevine }: Victims): Deed {
  return {
    strike: (client, now) => (grapevine.take(client, LOSS[mode], byItself, now) ? null : 'over-already'),
  };
}
