import type { TokenRecord } from '../../leaks/token-record.ts';
import type { Credentials } from './credentials.ts';
import type { NextToken, TokenSource } from './token-source.ts';

/** A token source that records every token it issues, also those that never reach their client. */
export function recordedTokens(
  source: TokenSource,
  record: Pick<TokenRecord, 'note'>,
  credentials: Credentials,
  numberOf: (client: number) => number,
): TokenSource {
  const recorded = (client: number, answer: NextToken): NextToken => {
    if (!answer.ok) return answer;
    const { access, refresh } = answer;
    // An endpoint may issue again what the client has.
    if (access !== credentials.access[client]) record.note(numberOf(client), 'access', access);
    if (refresh !== null && refresh !== credentials.refresh[client]) record.note(numberOf(client), 'refresh', refresh);
    return answer;
  };
  return {
    mints: source.mints,
    logsIn: source.logsIn,
    get delayed() {
      return source.delayed;
    },
    async first(client, abort) {
      return recorded(client, await source.first(client, abort));
    },
    async next(client, abort, flaw) {
      return recorded(client, await source.next(client, abort, flaw));
    },
    close: () => source.close(),
  };
}
