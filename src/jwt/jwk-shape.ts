import type { JWK } from 'jose';
import type { Algorithm } from '../core/token/carrier.ts';

/** Members of a private JWK by algorithm (RFC 7518 section 6, RFC 8037 section 2). */
const SHAPES: Readonly<Record<Algorithm, { kty: string; crv?: string; secret: 'k' | 'd'; open: readonly string[] }>> = {
  HS256: { kty: 'oct', secret: 'k', open: [] },
  RS256: { kty: 'RSA', secret: 'd', open: ['n', 'e'] },
  ES256: { kty: 'EC', crv: 'P-256', secret: 'd', open: ['x', 'y'] },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', secret: 'd', open: ['x'] },
};

const ALGORITHMS: readonly Algorithm[] = ['HS256', 'RS256', 'ES256', 'EdDSA'];

/** The algorithm for a key pair, by its type and curve; undefined: no algorithm here takes it. */
export function algorithmFor({ kty, crv }: Readonly<Record<string, unknown>>): Algorithm | undefined {
  const fits = ({ secret, ...shape }: (typeof SHAPES)[Algorithm]): boolean =>
    secret === 'd' && shape.kty === kty && shape.crv === (shape.crv === undefined ? undefined : crv);
  return ALGORITHMS.find((algorithm) => fits(SHAPES[algorithm]));
}

/** The smallest HS256 secret, in bytes: as long as the hash (RFC 7518 section 3.2). */
const MIN_SECRET_BYTES = 32;

/**
 * Checks that `jwk` is a private key for `algorithm`.
 * @throws TypeError naming the member, its value unless it is secret, and what would be right
 */
export function assertPrivateJwk(
  jwk: Readonly<Record<string, unknown>>,
  algorithm: Algorithm,
): asserts jwk is JWK & Readonly<Record<string, unknown>> {
  const shape = SHAPES[algorithm];
  expectMember(jwk, 'kty', shape.kty, algorithm);
  if (shape.crv !== undefined) expectMember(jwk, 'crv', shape.crv, algorithm);
  if (jwk['alg'] !== undefined) expectMember(jwk, 'alg', algorithm, algorithm);
  if (jwk['kid'] !== undefined && typeof jwk['kid'] !== 'string') {
    throw new TypeError('JWK member "kid" is not a string: leave it out or make it one');
  }
  for (const member of [...shape.open, shape.secret]) {
    if (typeof jwk[member] === 'string' && jwk[member] !== '') continue;
    throw new TypeError(`JWK member "${member}" is missing: ${algorithm} needs the whole private ${shape.kty} key`);
  }
  const secret = jwk['k'];
  if (algorithm !== 'HS256' || typeof secret !== 'string') return;
  const bytes = Buffer.from(secret, 'base64url').length;
  if (bytes < MIN_SECRET_BYTES) {
    throw new TypeError(`JWK member "k" holds ${bytes} bytes: HS256 needs at least ${MIN_SECRET_BYTES}`);
  }
}

/** The public half of a private JWK; undefined for HS256, which has none. */
export function publicJwkOf(
  jwk: Readonly<Record<string, unknown>>,
  algorithm: Algorithm,
  kid: string,
): JWK | undefined {
  if (algorithm === 'HS256') return undefined;
  const { kty, crv, open } = SHAPES[algorithm];
  const members = Object.fromEntries(open.map((member) => [member, jwk[member]]));
  return { kid, use: 'sig', alg: algorithm, kty, ...(crv === undefined ? {} : { crv }), ...members };
}

function expectMember(jwk: Readonly<Record<string, unknown>>, member: string, right: string, algorithm: string): void {
  const value = jwk[member];
  if (value === right) return;
  const found = typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : typeof value;
  throw new TypeError(`JWK member "${member}" is ${found}: ${algorithm} needs "${right}"`);
}
