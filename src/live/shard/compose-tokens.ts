import { performance } from 'node:perf_hooks';
import type { RequestFaults } from '../../core/fault/request-faults.ts';
import type { HoleValues } from '../../core/template/template.ts';
import { mono, wall, type MonoMs, type WallMs } from '../../core/time/instant.ts';
import { userOf } from '../../identity/users.ts';
import type { TokenRecord } from '../../leaks/token-record.ts';
import { sharesTokens } from '../../scenario/shares-tokens.ts';
import { anotherClient } from './another-client.ts';
import { cappedTokens } from '../tokens/capped-tokens.ts';
import type { RunClock } from '../time/clock.ts';
import { CookieJars } from '../http/cookie-jars.ts';
import type { Credentials, Minter, Validity } from '../tokens/credentials.ts';
import { KeptTokens } from '../tokens/kept-tokens.ts';
import { recordedTokens } from '../tokens/recorded-tokens.ts';
import { faultedTokens } from '../request-faults/faulted-tokens.ts';
import type { ShardTask } from './shard-messages.ts';
import { sharedTokens } from '../tokens/shared-tokens.ts';
import type { Taps } from './taps.ts';
import { tokenSource, type TokenSource } from '../tokens/token-source.ts';

/** Parts of a shard's token source that do not stand in its task. */
export interface TokensNeeds {
  readonly credentials: Credentials;
  readonly minter: Minter;
  readonly record: TokenRecord | undefined;
  /** number of a client of this worker in the whole population */
  readonly numberOf: (client: number) => number;
  readonly holesOf: (client: number) => HoleValues;
  /** issue and expiry of the first token of client `number`, where squall mints it */
  readonly firstValidityOf: (number: number) => Validity;
  readonly faults: RequestFaults<'refresh'>;
  /** null: the run has not begun, and no fault has */
  readonly clock: () => RunClock | null;
  /** null: nobody follows the clients */
  readonly taps: Taps | null;
}

/** A shard's token source, which exists before the run begins, since clients may log in before it. */
export interface ComposedTokens {
  readonly source: TokenSource;
  /** whether another device of a client's user answers its next request, which is not sent; null: no devices share tokens */
  readonly isShared: ((client: number) => boolean) | null;
  readonly jars: CookieJars;
  /** keeps the newest tokens for the next run; null: nothing is kept */
  readonly kept: KeptTokens | null;
}

/**
 * Composes the clients' token source. A request passes faults first, since one that a fault answers does not count for the
 * rate cap; what it brings is recorded and kept.
 */
export function composeTokens(task: ShardTask, needs: TokensNeeds): ComposedTokens {
  const { scenario, access, maxRequestsPerSecond } = task;
  const { credentials, record, numberOf, faults, clock, taps } = needs;
  const { count, perUser } = scenario.clients;
  const wallNow = (): WallMs => {
    const running = clock();
    return running === null ? wall(Date.now()) : running.wallAt(running.now());
  };
  const jars = new CookieJars(access.endpoint?.steps.cookies === true);
  const issued = tokenSource({
    ...needs,
    jars,
    plan: scenario.tokens,
    access,
    anotherThan: anotherClient(task),
    wallNow,
    http: taps?.http,
  });
  const capped = cappedTokens(taps?.tokens(issued) ?? issued, maxRequestsPerSecond, () => performance.now());
  const recorded = record === undefined ? capped : recordedTokens(capped, record, credentials, numberOf);
  const kept = keepsTokens(scenario) ? new KeptTokens(recorded, numberOf) : null;
  const population = {
    planned: count,
    numberOf,
    now: () => clock()?.now() ?? mono(0),
    clock: { wallAt: (instant: MonoMs) => clock()?.wallAt(instant) ?? wall(Date.now()) },
  };
  const faulted = faultedTokens(kept ?? recorded, population, faults);
  if (!sharesTokens(scenario)) return { source: faulted, isShared: null, jars, kept };
  const shared = sharedTokens(faulted, credentials, (client) => userOf(numberOf(client), perUser));
  return { source: shared, isShared: shared.isShared, jars, kept };
}

/** Whether the newest tokens are written back into the file of users. */
function keepsTokens({ users }: ShardTask['scenario']): boolean {
  return users?.kind === 'file' && users.out !== null;
}
