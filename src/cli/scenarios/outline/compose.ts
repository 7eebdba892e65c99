import { GOALS, type GoalOutline, type GoalWord } from './goals.ts';
import { IDENTITIES, type IdentityOutline, type IdentityWord } from './identities.ts';
import { PROTOCOLS, type ProtocolWord } from './protocols.ts';

/** Answers from which a scenario is outlined. */
export interface Outline {
  readonly url: string;
  readonly protocol: ProtocolWord;
  readonly identity: IdentityWord;
  readonly goal: GoalWord;
}

/** Files of an outline, by name; the users file only where the identity needs one. */
export interface OutlinedFiles {
  readonly scenario: string;
  readonly users: string | null;
}

/**
 * Why a goal cannot be reached with an identity; null: it can.
 *
 * @example outlineFlaw('file', 'outage') // 'outage needs tokens that are renewed …'
 */
export function outlineFlaw(identity: IdentityWord, goal: GoalWord): string | null {
  const { asks }: IdentityOutline = IDENTITIES[identity];
  const { needs }: GoalOutline = GOALS[goal];
  if (needs === null || asks === 'login' || asks === needs) return null;
  return needs === 'login'
    ? `${goal} needs clients that log in at an identity provider: choose another identity than ${identity}`
    : `${goal} needs tokens that are renewed: choose another identity than ${identity}`;
}

/** Name of the users file beside the scenario. */
export const USERS_FILE = 'users.csv';

/**
 * Writes a commented scenario towards a URL.
 *
 * @example outlined({ url: 'ws://127.0.0.1:3000', protocol: 'socket.io', identity: 'keycloak', goal: 'deploy' })
 */
export function outlined({ url, protocol, identity, goal }: Outline): OutlinedFiles {
  const speaks = PROTOCOLS[protocol];
  const who: IdentityOutline = IDENTITIES[identity];
  const asks = GOALS[goal];
  const host = new URL(url).hostname;
  const tokens = [
    ...(speaks.carrier === null
      ? ['carrier: header # header | query | cookie | subprotocol | message']
      : [speaks.carrier]),
    ...(who.source.length === 0
      ? [
          '# keyFile: signing-key.jwk # a private JWK that the server trusts; without it a test key is used, on loopback only',
          '# issuer: https://issuer.example.com',
          '# audience: api',
          'lifetime: 60s',
        ]
      : [
          'source:',
          ...indented(who.source),
          'lifetime: 60s # as the provider issues them; used where an answer does not say it',
        ]),
    ...asks.tokens,
    'refresh: { lead: 10s, jitter: none } # try jitter: { uniform: 5s }',
  ];
  const lines = [
    '# Look at one client first:   squall probe scenario.yaml',
    '# Then run it:                squall run scenario.yaml',
    ...who.secrets.map((name) => `# Needs the variable ${name} in the environment.`),
    '',
    `description: ${asks.description}`,
    'seed: 1 # same seed, same draws',
    `duration: ${asks.duration}`,
    '',
    'target:',
    `  url: ${url}`,
    ...(isLoopbackName(host)
      ? []
      : [`  allow: [${host}] # you may load-test this host`, '  rate: 20/s # most attempts a second']),
    ...indented(speaks.target),
    `  # headers: { Origin: https://app.example.com } # many servers check it`,
    ...(who.users === null
      ? []
      : ['', 'users:', `  file: ${USERS_FILE}`, '  share: rows # fewer rows than clients: they are dealt out again']),
    '',
    'tokens:',
    ...indented(tokens),
    '',
    'clients:',
    '  count: 20',
    '  arrive: { over: 5s }',
    '  backoff: socket.io-client # how a real library waits between attempts',
    ...(speaks.commands
      ? ['  commands: { rate: 0.5/s, onReconnect: resend } # each should take effect exactly once']
      : []),
    ...(asks.faults.length === 0 ? [] : ['', 'faults:', ...indented(asks.faults)]),
    '',
    'thresholds:',
    ...asks.thresholds.map((threshold) => `  - ${threshold}`),
    '',
  ];
  return { scenario: lines.join('\n'), users: who.users };
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
