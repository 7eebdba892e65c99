/** Where a scenario's tokens come from, and the file of users that goes with it. */
export interface IdentityOutline {
  /** what the question shows */
  readonly label: string;
  /** lines below `source:`; none: squall mints */
  readonly source: readonly string[];
  /** header and example rows of the users file; null: no file is needed */
  readonly users: string | null;
  /** variables of the environment that hold secrets */
  readonly secrets: readonly string[];
  /** what clients ask a service for: `login`: every token; `renewal`: those after the first; null: none */
  readonly asks: 'login' | 'renewal' | null;
}

const BY_NAME = 'username,password\nuser-1,change-me\nuser-2,change-me\n';
const BY_EMAIL = 'email,password\nuser-1@example.com,change-me\nuser-2@example.com,change-me\n';

/** Identities that `squall init` can outline, by the word for `--identity`. */
export const IDENTITIES = {
  mint: {
    label: 'squall signs tokens with a key that the server trusts',
    source: [],
    users: null,
    secrets: [],
    asks: 'renewal',
  },
  keycloak: {
    label: 'Keycloak, users log in by password (Direct Access Grants)',
    source: ['keycloak:', '  url: http://127.0.0.1:8080', '  realm: REALM', '  clientId: CLIENT'],
    users: BY_NAME,
    secrets: [],
    asks: 'login',
  },
  oauth2: {
    label: 'an OAuth 2.0 or OpenID Connect provider, by discovery',
    source: [
      'oauth2:',
      '  issuer: http://127.0.0.1:8080 # or url: the token endpoint itself',
      '  clientId: CLIENT',
      '  login: password # or client-credentials; none: the first tokens come from columns of users',
    ],
    users: BY_NAME,
    secrets: [],
    asks: 'login',
  },
  auth0: {
    label: 'Auth0, users of a database connection',
    source: ['auth0:', '  domain: https://TENANT.eu.auth0.com', '  clientId: CLIENT', '  audience: API'],
    users: BY_EMAIL,
    secrets: [],
    asks: 'login',
  },
  cognito: {
    label: 'Amazon Cognito user pools',
    source: ['cognito:', '  region: eu-central-1', '  clientId: CLIENT'],
    users: BY_NAME,
    secrets: [],
    asks: 'login',
  },
  firebase: {
    label: 'Firebase Authentication',
    source: ['firebase:', `  apiKey: '{env.FIREBASE_API_KEY}'`],
    users: BY_EMAIL,
    secrets: ['FIREBASE_API_KEY'],
    asks: 'login',
  },
  supabase: {
    label: 'Supabase Auth',
    source: ['supabase:', '  url: http://127.0.0.1:54321', `  apiKey: '{env.SUPABASE_KEY}'`],
    users: BY_EMAIL,
    secrets: ['SUPABASE_KEY'],
    asks: 'login',
  },
  file: {
    label: 'access tokens in a file, made by something else',
    source: [`file: { access: '{user.access}' }`],
    users: 'access\nTOKEN-1\nTOKEN-2\n',
    secrets: [],
    asks: null,
  },
} as const satisfies Readonly<Record<string, IdentityOutline>>;

export type IdentityWord = keyof typeof IDENTITIES;
