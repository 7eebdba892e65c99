import { decodeJwt } from 'jose';
import type { Algorithm } from '../core/token/carrier.ts';
import { wall } from '../core/time/instant.ts';
import { FLAW_NAMES, mintBadToken, type Flaw } from '../jwt/bad.ts';
import { importSigningKey, shippedTestJwk, type SigningKey } from '../jwt/keys.ts';
import { mintAccessToken, type AccessClaims } from '../jwt/mint.ts';
import { readPrivateJwk } from '../live/network/private-key.ts';
import { TOKEN_DEFAULTS } from '../scenario/schema/tokens.ts';
import { duration, instant, wholeNumber } from './terminal/arguments.ts';
import { EXIT } from './terminal/exit-code.ts';
import { print, printJson } from './terminal/output.ts';
import { UsageError } from './terminal/usage-error.ts';
import { verb } from './terminal/verb.ts';

const ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const satisfies readonly Algorithm[];
const COUNT_MAX = 100_000;
const CLIENT_MAX = 2 ** 32 - 1 - COUNT_MAX;

/** One printed token. */
interface Minted {
  readonly subject: string;
  /** the token's `exp` in ISO 8601, UTC; null without `exp` */
  readonly expiresAt: string | null;
  /** null for a good token */
  readonly flaw: Flaw | null;
  readonly token: string;
}

export const mint = verb({
  command: 'mint',
  summary: 'Print JSON Web Tokens, good ones or deliberately bad ones',
  details:
    'Prints access tokens for the embedded target on stdout, one a line. No other squall command shows tokens. With --bad each token has one flaw, and a sound server refuses all of them.',
  positionals: {},
  flags: {
    algorithm: { choices: ALGORITHMS, default: 'ES256' as const, describe: 'How to sign' },
    client: {
      alias: 'sub',
      type: 'string',
      default: '0',
      coerce: wholeNumber('--client', 0, CLIENT_MAX),
      describe: 'Number of the client: the subject is client-N',
    },
    count: {
      type: 'string',
      default: '1',
      coerce: wholeNumber('--count', 1, COUNT_MAX),
      describe: 'Number of tokens: this client and the ones after it',
    },
    lifetime: {
      type: 'string',
      default: TOKEN_DEFAULTS.lifetime,
      coerce: duration('--lifetime'),
      describe: 'From now to the expiry',
    },
    'expires-at': {
      type: 'string',
      coerce: instant('--expires-at'),
      describe: 'The expiry itself, in place of --lifetime (ISO 8601)',
    },
    issuer: { type: 'string', default: TOKEN_DEFAULTS.issuer, describe: 'The claim iss' },
    audience: { type: 'string', default: TOKEN_DEFAULTS.audience, describe: 'The claim aud' },
    key: { type: 'string', describe: 'A file with a private JWK, in place of the test key that squall ships' },
    bad: { choices: [...FLAW_NAMES, 'all'] as const, describe: 'The flaw to put into the token' },
    json: { type: 'boolean', default: false, describe: 'Print JSON: subject, expiry, flaw and token' },
  },
  examples: [
    ['$0 mint', 'a token for client-0, good for five minutes'],
    ['$0 mint --client 7 --lifetime 30s --algorithm RS256', 'another client, a short life'],
    ['$0 mint --bad all', 'one token for each flaw, the flaw before it'],
    ['$0 mint --count 1000 --key signing.jwk.json > tokens', 'tokens for 1000 clients of your own server'],
  ],
  async run(args) {
    const key = await signingKey(args.key, args.algorithm);
    const now = Date.now();
    const expiresAtMs = args.expiresAt ?? now + args.lifetime;
    const minted: Minted[] = [];
    for (let client = args.client; client < args.client + args.count; client++) {
      const claims: AccessClaims = {
        client,
        session: `${client}.0`,
        issuer: args.issuer,
        audience: args.audience,
        issuedAt: wall(now),
        expiresAt: wall(expiresAtMs),
      };
      minted.push(...(await mintAs(key, claims, args.bad)));
    }
    if (args.json) printJson(minted);
    else print(minted.map(({ flaw, token }) => (args.bad === 'all' ? `${flaw} ${token}` : token)).join('\n'));
    return EXIT.pass;
  },
});

/** @param file the file of a private JWK; undefined for the bundled test key */
async function signingKey(file: string | undefined, algorithm: Algorithm): Promise<SigningKey> {
  const complain = (message: string): Error => new UsageError(`--key ${file}: ${message}`);
  const jwk = file === undefined ? shippedTestJwk(algorithm) : readPrivateJwk(file, algorithm, complain);
  return importSigningKey(await jwk, algorithm);
}

function mintAs(key: SigningKey, claims: AccessClaims, bad: Flaw | 'all' | undefined): Promise<readonly Minted[]> {
  const flaws = bad === 'all' ? FLAW_NAMES : [bad ?? null];
  return Promise.all(
    flaws.map(async (flaw) => {
      const token = await (flaw === null ? mintAccessToken(key, claims) : mintBadToken(key, claims, flaw));
      const { sub = '', exp } = decodeJwt(token);
      return { subject: sub, expiresAt: exp === undefined ? null : new Date(exp * 1000).toISOString(), flaw, token };
    }),
  );
}
