import { NETWORK } from '../../core/signal.ts';
import { Abort, type AbortNotice } from '../abort.ts';
import type { Credentials } from './credentials.ts';
import { failed } from './token-requests.ts';
import type { NextToken, TokenSource } from './token-source.ts';

/** A token source of devices that share tokens. */
interface SharedTokens extends TokenSource {
  /** Whether another device has made the client's next request, or has newer tokens. */
  readonly isShared: (client: number) => boolean;
}

type Ask = (abort: AbortNotice) => Promise<NextToken>;

/**
 * A token source whose tokens the devices of a user share, as tabs of a browser do: one request at a time for a user, and
 * a device that asks while another has newer tokens gets those.
 *
 * @param userOf user of a client; all devices of a user are clients of this worker
 */
export function sharedTokens(
  source: TokenSource,
  credentials: Credentials,
  userOf: (client: number) => number,
): SharedTokens {
  const users = new Map<number, SharedUser>();
  const sharedUserOf = (client: number): SharedUser => {
    const number = userOf(client);
    let user = users.get(number);
    if (user === undefined) users.set(number, (user = new SharedUser()));
    return user;
  };
  const newerOf = (client: number, { latest }: SharedUser): NextToken | null =>
    latest !== null && latest.access !== credentials.access[client] ? latest : null;
  const share = (client: number, abort: AbortNotice, ask: Ask): Promise<NextToken> => {
    const user = sharedUserOf(client);
    const newer = newerOf(client, user);
    return newer === null ? user.ask(ask, abort) : Promise.resolve(newer);
  };
  return {
    isShared: (client) => {
      const user = sharedUserOf(client);
      return user.isAsking || newerOf(client, user) !== null;
    },
    mints: source.mints,
    logsIn: source.logsIn,
    get delayed() {
      return source.delayed;
    },
    first: (client, abort) => share(client, abort, (shared) => source.first(client, shared)),
    next: (client, abort, flaw) => share(client, abort, (shared) => source.next(client, shared, flaw)),
    close: () => source.close(),
  };
}

/** The newest tokens of a user, and the request for the next ones. */
class SharedUser {
  latest: Extract<NextToken, { ok: true }> | null = null;
  #answer: Promise<NextToken> | null = null;
  /** devices that wait for the answer; without any the request ends */
  #waiting = 0;
  #abort = new Abort();

  /** Whether a request is under way. */
  get isAsking(): boolean {
    return this.#answer !== null;
  }

  /** Waits for the request under way, or begins one. */
  ask(ask: Ask, abort: AbortNotice): Promise<NextToken> {
    if (abort.aborted) return Promise.resolve(failed(NETWORK.other));
    this.#answer ??= this.#begin(ask);
    this.#waiting += 1;
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#waiting -= 1;
        if (this.#waiting === 0) this.#giveUp();
        resolve(failed(NETWORK.other));
      };
      abort.addEventListener('abort', leave);
      void this.#answer?.then((answer) => {
        if (abort.aborted) return;
        abort.removeEventListener('abort', leave);
        resolve(answer);
      });
    });
  }

  async #begin(ask: Ask): Promise<NextToken> {
    const abort = new Abort();
    this.#abort = abort;
    this.#waiting = 0;
    const answer = await ask(abort);
    if (this.#abort === abort) {
      this.#answer = null;
      // An endpoint may rotate the refresh token once, and later not: the other devices need the last one.
      if (answer.ok) this.latest = { ...answer, refresh: answer.refresh ?? this.latest?.refresh ?? null };
    }
    return answer;
  }

  #giveUp(): void {
    this.#answer = null;
    const abort = this.#abort;
    this.#abort = new Abort();
    abort.abort();
  }
}
