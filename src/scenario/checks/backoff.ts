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
  ];
}

function checkBackoff(policy: BackoffPolicy, path: string): readonly Contradiction[] {
  const { growth, jitter, capMs, floorMs } = policy;
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
  );
}
