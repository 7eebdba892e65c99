import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { nkeyText } from '../../protocols/nkeys.ts';

/** First byte of a public key of NATS: an operator's begins with O, an account's with A, a user's with U. */
const KINDS = { operator: 14 << 3, account: 0, user: 20 << 3 } as const;
const SEED = 18 << 3;
const KEY_BYTES = 32;

/** An Ed25519 key pair as NATS writes it. */
export interface NatsKey {
  readonly publicKey: string;
  readonly seed: string;
  readonly key: KeyObject;
}

export function natsKey(kind: keyof typeof KINDS): NatsKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const prefix = KINDS[kind];
  return {
    publicKey: nkeyText([prefix], publicKey.export({ type: 'spki', format: 'der' }).subarray(-KEY_BYTES)),
    seed: nkeyText(
      [SEED | (prefix >> 5), (prefix & 31) << 3],
      privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-KEY_BYTES),
    ),
    key: privateKey,
  };
}

/** Signs a JWT of NATS (github.com/nats-io/jwt, version 2). */
export function natsJwt(issuer: NatsKey, subject: string, nats: object, expiresAtSeconds?: number): string {
  const head = encoded({ typ: 'JWT', alg: 'ed25519-nkey' });
  const body = encoded({
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.publicKey,
    sub: subject,
    name: subject,
    ...(expiresAtSeconds === undefined ? {} : { exp: expiresAtSeconds }),
    nats: { version: 2, ...nats },
  });
  return `${head}.${body}.${sign(null, Buffer.from(`${head}.${body}`), issuer.key).toString('base64url')}`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
