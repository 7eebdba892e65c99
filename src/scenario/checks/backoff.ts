import type { BackoffPolicy } from '../../core/policy/backoff.ts';
import { type Contradiction, when } from './check.ts';
import type { WrittenScenario } from '../scenario.ts';

/** Backoffs whose parameters contradict one another. */
export function checkBackoffs({ clients, tokens }: WrittenScenario): readonly Contradiction[] {
  return [
    ...checkBackoff(clients.backoff, 'clients.backoff'),
    ...checkBackoff(tokens.refresh.retry, 'tokens.refresh.retry'),
    ...when({
      holds: tokens.refresh.retry.reset.on === 'first-message',
      at: 'tokens.refresh.retry.reset',
      what: 'a token request has no messages',
      fix: 'write ready: the count starts over with each token',
    }),
    ...checkTokenRetries(tokens.refresh.retry),
  ];
}

/** What only connections have. */
function checkTokenRetries({ stages, rounds, measuredFrom, minUptimeMs }: BackoffPolicy): readonly Contradiction[] {
  const at = 'tokens.refresh.retry';
  const fix = 'remove it';
  return when(
    { holds: stages.length > 0, at: `${at}.stages`, what: 'a token request has no time without a connection', fix },
    { holds: rounds !== undefined, at: `${at}.rounds`, what: 'a token request has no time without a connection', fix },
    { holds: measuredFrom === 'dial', at: `${at}.measuredFrom`, what: 'a token request is not dialled', fix },
    { holds: minUptimeMs > 0, at: `${at}.minUptime`, what: 'a token request has no uptime', fix },
  );
}

function checkBackoff(policy: BackoffPolicy, path: string): readonly Contradiction[] {
  const { growth, jitter, capMs, floorMs, first, rounds, measuredFrom } = policy;
  return when(
    {
      holds: capMs < floorMs,
      at: `${path}.cap`,
      against: `${path}.floor`,
      what: 'the longest delay is shorter than the shortest',
      fix: 'raise the cap, or lower the floor',
    },
    {
      holds: growth.kind === 'exponential' && growth.baseMs === 0,
      at: `${path}.base`,
      against: `${path}.growth`,
      what: 'nothing grows by being multiplied',
      fix: 'write a base above 0s, or growth: fixed',
    },
    {
      holds: growth.kind === 'table' && jitter.kind === 'decorrelated',
      at: `${path}.jitter`,
      against: `${path}.growth`,
      what: 'decorrelated jitter starts from a base, and a table has none',
      fix: 'choose another jitter, or growth: exponential',
    },
    {
      holds: rounds !== undefined && first !== undefined,
      at: `${path}.first`,
      against: `${path}.rounds`,
      what: 'the first delay is that of the first round',
      fix: 'remove it, and set rounds.after',
    },
    {
      holds: rounds !== undefined && measuredFrom === 'dial',
      at: `${path}.measuredFrom`,
      against: `${path}.rounds`,
      what: 'rounds count from the first failure',
      fix: 'write measuredFrom: failure, or remove rounds',
    },
  );
}
