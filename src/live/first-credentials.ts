import { performance } from 'node:perf_hooks';
import { wall } from '../core/time/instant.ts';
import { RefreshTokens } from '../jwt/refresh-token.ts';
import type { TokenRecord } from '../leaks/token-record.ts';
import { mintFor, type Credentials, type Minter, type Validity } from './credentials.ts';
import type { TokenAccess } from './shard-messages.ts';

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
 * Makes the tokens that clients hold at the start of a run: an access token each, as after a login, and a refresh token
 * where there is a token endpoint.
 *
 * @param numbers numbers of the clients in the whole population
 * @param validityOf issue and expiry of the first token of client `number`
 * @param record records each token
 */
export async function firstCredentials(
  minter: Minter,
  access: TokenAccess,
  numbers: readonly number[],
  validityOf: (number: number) => Validity,
  record?: TokenRecord,
): Promise<Credentials> {
  const tokens: string[] = [];
  for (let from = 0; from < numbers.length; from += BATCH) {
    const batch = numbers.slice(from, from + BATCH);
    const minted = await Promise.all(batch.map((number) => mintFor(minter, number, validityOf(number))));
    for (const [n, number] of batch.entries()) record?.note(number, 'access', minted[n]!);
    tokens.push(...minted);
  }
  const refresh = firstRefreshTokens(access, numbers);
  for (const [n, token] of refresh.entries()) record?.note(numbers[n]!, 'refresh', token);
  return { access: tokens, refresh };
}

/** Returns refresh tokens sealed for the embedded target, or the user's for a foreign endpoint; none where squall mints. */
function firstRefreshTokens(access: TokenAccess, numbers: readonly number[]): string[] {
  if (access.endpoint === null) return [];
  if (access.refreshSecret === null) return numbers.map((number) => access.refreshTokens[number] ?? '');
  const sealer = new RefreshTokens(access.refreshSecret);
  return numbers.map((client) => sealer.seal({ client, session: client, generation: 0 }));
}
