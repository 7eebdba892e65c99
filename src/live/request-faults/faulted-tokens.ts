import type { AbortNotice } from '../abort.ts';
import type { RequestFault, RequestFaults } from '../../core/fault/request-faults.ts';
import { timeMs } from '../../core/random/time.ts';
import { NETWORK, type Signal } from '../../core/signal.ts';
import type { MintedFlaw, NextToken, TokenSource } from '../tokens/token-source.ts';
import { HeldRequests } from './held.ts';
import { retryAfterOf, type Population } from './population.ts';

type RefreshFault = RequestFault<'refresh'>;

/**
 * A token source that injects refresh faults for token endpoints that inject none: a request is answered, or not, as if
 * the endpoint had done it. A fault that refuses a request sends nothing; one that spoils the answer sends the request.
 */
export function faultedTokens(
  source: TokenSource,
  population: Population,
  faults: RequestFaults<'refresh'>,
): TokenSource {
  const { mints } = source;
  const held = new HeldRequests();
  faults.onEnd((index) => held.release(index));

  /** Resolves when the held request resumes or is aborted. */
  function wait(client: number, abort: AbortNotice, hold: (resume: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      abort.addEventListener('abort', () => {
        held.abandon(client);
        resolve();
      });
      hold(resolve);
    });
  }

  /** Sends a request for the first or the next tokens. */
  function ask(client: number, first: boolean, abort: AbortNotice, flaw?: MintedFlaw): Promise<NextToken> {
    return first ? source.first(client, abort) : source.next(client, abort, flaw);
  }

  /** Mints a flawed token; a fault at a foreign endpoint, which mints by itself, misses as `failed`. */
  async function mintFlawed(
    client: number,
    first: boolean,
    requestFault: RefreshFault,
    flaw: MintedFlaw,
    abort: AbortNotice,
  ) {
    const answer = await ask(client, first, abort, mints ? flaw : undefined);
    if (mints) requestFault.hit();
    else requestFault.miss('failed');
    return answer;
  }

  /** Sends the request and spoils its answer, also a refusal. */
  async function spoilAnswer(
    client: number,
    first: boolean,
    requestFault: RefreshFault,
    abort: AbortNotice,
  ): Promise<NextToken> {
    const answer = await ask(client, first, abort);
    if (abort.aborted) {
      requestFault.miss('not-connected');
      return answer;
    }
    const { mode } = requestFault;
    if (mode.kind !== 'slow') return failed(requestFault, mode.kind === 'lost' ? NETWORK.reset : NETWORK.malformed);
    requestFault.hit();
    const delayMs = timeMs(mode.delay, requestFault.draw());
    await wait(client, abort, (resume) => held.forMs(client, delayMs, resume));
    return answer;
  }

  /** Sends a request, unless a fault meets it. */
  function meet(client: number, first: boolean, abort: AbortNotice): Promise<NextToken> {
    const requestFault = faults.request(population.numberOf(client), population.now());
    return requestFault === undefined ? ask(client, first, abort) : faulted(client, first, requestFault, abort);
  }

  /** Lets a fault answer the request, or spoil its answer. */
  async function faulted(
    client: number,
    first: boolean,
    requestFault: RefreshFault,
    abort: AbortNotice,
  ): Promise<NextToken> {
    const { mode, occurrence } = requestFault;
    switch (mode.kind) {
      case 'refuse':
        return failed(requestFault, NETWORK.refused);
      case 'reset':
        return failed(requestFault, NETWORK.reset);
      case 'status':
        return failed(requestFault, mode.status, retryAfterOf(mode, population));
      case 'invalid-grant':
        return failed(requestFault, NETWORK.invalidGrant);
      case 'hang':
        requestFault.hit();
        await wait(client, abort, (resume) => held.untilOver(client, occurrence.index, resume));
        return failed(requestFault, NETWORK.reset);
      case 'stale':
      case 'wrong-subject':
        return mintFlawed(client, first, requestFault, mode.kind, abort);
      default:
        return spoilAnswer(client, first, requestFault, abort);
    }
  }

  return {
    mints,
    get delayed() {
      return source.delayed;
    },
    logsIn: source.logsIn,
    // A login is a request to the same service, so the faults of refreshes act on it, too.
    first: (client, abort) => (source.logsIn ? meet(client, true, abort) : source.first(client, abort)),
    next: (client, abort) => meet(client, false, abort),
    close: () => source.close(),
  };
}

/** Counts the hit, and makes the failed answer that the client gets. */
function failed(requestFault: RefreshFault, signal: Signal, retryAfter: string | null = null): NextToken {
  requestFault.hit();
  return { ok: false, signal, ...(retryAfter === null ? {} : { retryAfter }) };
}
