import { performance } from 'node:perf_hooks';
import { wall } from '../../core/time/instant.ts';
import { Abort } from '../abort.ts';
import { mintFor, type Credentials, type Minter, type Validity } from './credentials.ts';
import type { TokenSource } from './token-source.ts';

/** Signatures under way at a time: enough for the crypto threads, few enough for memory. */
const BATCH = 64;

/** Measures the time to mint one token, ms, in a batch as all are minted. */
export async function mintingMs(minter: Minter): Promise<number> {
  const validity = { issuedAt: wall(0), expiresAt: wall(1) };
  const batch = (): Promise<string[]> =>
    Promise.all(Array.from({ length: BATCH }, (_, n) => mintFor(minter, n, validity)));
  await batch();
  const began = performance.now();
  await batch();
  return (performance.now() - began) / BATCH;
}

/**
 * Puts the tokens that clients hold at the start of a run into their credentials: an access token each, as after a login,
 * and a refresh token where there is a token endpoint.
 *
 * @param count number of clients
 * @param received called with the validity of each client's access token
 */
export async function firstCredentials(
  source: Pick<TokenSource, 'first'>,
  credentials: Credentials,
  count: number,
  received: (client: number, validity: Validity) => void,
): Promise<void> {
  const abort = new Abort();
  for (let from = 0; from < count; from += BATCH) {
    const clients = Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => from + n);
    const answers = await Promise.all(clients.map((client) => source.first(client, abort)));
    for (const [n, answer] of answers.entries()) {
      if (!answer.ok) continue;
      const client = from + n;
      credentials.access[client] = answer.access;
      if (answer.refresh !== null) credentials.refresh[client] = answer.refresh;
      received(client, answer.validity);
    }
  }
}
