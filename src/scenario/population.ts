import type { Behaviour } from '../core/client/life.ts';
import type { Draws } from '../core/random/draws.ts';
import { PURPOSE } from '../core/random/draws.ts';
import { normal } from '../core/random/normal.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import type { ClockSkew, Scenario, TokenPlan } from './scenario.ts';

/** How the clients of a scenario behave, in either world. */
export function behaviourOf(scenario: Scenario): Behaviour {
  const { clients, tokens } = scenario;
  return {
    backoff: clients.backoff,
    refresh: tokens.refresh,
    renewal: tokens.renewal,
    firstMessage: tokens.carrier.kind === 'message',
    connectTimeoutMs: clients.connectTimeoutMs,
    commands: clients.commands && {
      periodMs: 1000 / clients.commands.perSecond,
      ackTimeoutMs: clients.commands.ackTimeoutMs,
      resend: clients.commands.onReconnect === 'resend',
      beforeAuth: clients.commands.beforeAuth,
    },
    heartbeat: clients.heartbeat,
    loop: clients.loop,
  };
}

/** How far the clock of client `number` is off at the start, in milliseconds. */
export function skewMs(skew: ClockSkew, draws: Draws, number: number): number {
  switch (skew.kind) {
    case 'fixed':
      return skew.offsetMs;
    case 'normal':
      return skew.sdMs * normal(draws, number, PURPOSE.skew, 0);
    case 'uniform':
      return skew.minMs + draws.unit(number, PURPOSE.skew, 0) * (skew.maxMs - skew.minMs);
  }
}

/**
 * When the first token of client `number` was issued: at the run's start, or, where first expiries are spread, so
 * long ago that what is left of it is uniform over one lifetime.
 */
export function firstIssuedAt(tokens: TokenPlan, draws: Draws, number: number): MonoMs {
  if (tokens.issued === 'together') return mono(0);
  return mono(-tokens.lifetimeMs * draws.unit(number, PURPOSE.issue, 0));
}
