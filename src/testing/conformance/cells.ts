import { type Fault, FAULT_KINDS, type FaultKind } from '../../core/fault/fault.ts';
import type { Algorithm, Carrier, Renewal } from '../../core/token/carrier.ts';
import type { ClientPlan, CommandPlan, EmbeddedTarget, Scenario, TokenPlan } from '../../scenario/scenario.ts';
import { protocolOf, protocolShape } from '../../scenario/protocol-use.ts';
import { TRIALS, type TrialName } from './all-trials.ts';
import type { Each, EachField } from './each.ts';
import { ENDPOINT_CELLS, FINAL_CELLS, PROTOCOL_CELLS } from './protocol-cells.ts';
import { scenarioOf as scenarioOfTrial } from './worlds.ts';

type ModeOf<Kind extends FaultKind> =
  Extract<Fault, { readonly kind: Kind }> extends { readonly mode: infer Mode }
    ? Mode
    : Extract<Fault, { readonly kind: Kind }> extends { readonly of: infer Owner }
      ? Owner
      : null;

/** Faults by kind and mode; clock faults by the owner of the clock. */
const FAULT_CELLS: { readonly [Kind in FaultKind]: Each<ModeOf<Kind>> } = {
  refresh: {
    refuse: 'token requests that fail',
    hang: 'token requests that fail',
    reset: 'token requests that fail',
    status: 'token requests that fail',
    'invalid-grant': 'token requests that fail',
    slow: 'token requests that fail',
    lost: 'token requests that fail',
    malformed: 'token requests that fail',
    stale: 'stale tokens',
    'wrong-subject': 'tokens of another client',
  },
  handshake: {
    refuse: 'upgrades that fail',
    hang: 'upgrades that fail',
    status: 'upgrades that fail',
    slow: 'upgrades that fail',
    'accept-then-close': 'upgrades that fail',
  },
  drop: {
    close: 'connections that end, some of them for good',
    reset: 'connections that end, some of them for good',
    garbage: 'connections that end, some of them for good',
  },
  link: {
    silent: 'networks with faults',
    stall: 'networks with faults',
    latency: 'networks with faults',
    duplicate: 'networks with faults',
    bandwidth: 'network faults that the model does not support',
    reorder: 'network faults that the model does not support',
  },
  clock: {
    clients: 'clocks of clients that are wrong',
    gateway: 'a gateway whose clock is fast',
    'token-service': 'a token service whose clock is slow',
  },
  keys: {
    rotate: 'a key set that cannot be fetched after a rotation',
    'jwks-down': 'a key set that cannot be fetched after a rotation',
    'rotate-without-overlap': 'keys that are gone',
    'unknown-key': 'keys that are gone',
  },
  session: {
    logout: 'sessions and rights that are taken away',
    compromised: 'sessions and rights that are taken away',
    disabled: 'sessions and rights that are taken away',
    'role-removed': 'sessions and rights that are taken away',
    'tenant-removed': 'sessions and rights that are taken away',
  },
  gateway: {
    crash: 'a gateway that crashes and forgets',
    rolling: 'gateways that are replaced, and lose capacity',
    capacity: 'gateways that are replaced, and lose capacity',
  },
  age: { none: 'connections that reach an age' },
  exec: { none: 'commands of the user and a missing Toxiproxy' },
  toxiproxy: { none: 'commands of the user and a missing Toxiproxy' },
};

/** All options of the embedded target. */
const TARGET_CELLS: EachField<Omit<EmbeddedTarget, 'kind'>> = {
  capacity: { some: 'a gateway with a queue' },
  onExpiry: {
    close: 'expiry that closes with a reason',
    notify: 'expiry that is announced',
    ignore: 'expiry that is ignored',
  },
  idempotent: { true: 'a gateway that crashes and remembers', false: 'networks with faults' },
  ackDelayMs: { some: 'a gateway that crashes and remembers' },
  gateways: { some: 'gateways that are replaced, and lose capacity' },
  revocation: {
    push: 'sessions and rights that are taken away',
    poll: 'a gateway that polls for revocations',
    none: 'a gateway that hears of no revocation',
  },
  authorization: {
    command: 'sessions and rights that are taken away',
    connect: 'a gateway that hears of no revocation',
  },
  reauthentication: {
    replaces: 'in-band tokens that replace the one before',
    ignored: 'in-band tokens that are ignored',
  },
  beforeAuth: {
    refused: 'commands before authentication that are refused',
    accepted: 'commands before authentication that are accepted',
  },
  badToken: { refused: 'bad tokens that are refused', anonymous: 'bad tokens that are accepted as anonymous' },
  closes: { guided: 'expiry that closes with a reason', bare: 'expiry that closes without a reason' },
  accessLog: {
    none: 'expiry that closes with a reason',
    scrubbed: 'tokens in cookies, commands that are dropped',
    raw: 'tokens of another client',
  },
  reuseDetection: {
    strict: 'refresh tokens used twice end the session',
    grace: 'refresh tokens used twice have a grace',
    off: 'refresh tokens used twice keep working',
  },
};

/** Options of signing, carriers, renewal and token requests. */
const TOKEN_CELLS: {
  readonly algorithm: Each<Algorithm>;
  readonly carrier: Each<Carrier>;
  readonly renewal: Each<Renewal>;
  readonly issued: Each<TokenPlan['issued']>;
  readonly trigger: Each<TokenPlan['refresh']['trigger']>;
  readonly clock: Each<TokenPlan['refresh']['clock']>;
  readonly keepOld: Each<boolean>;
  readonly pooled: Each<boolean>;
  readonly during: Each<TokenPlan['login']['during']>;
} = {
  algorithm: {
    HS256: 'expiry that closes with a reason',
    RS256: 'expiry that is announced',
    ES256: 'token requests that fail',
    EdDSA: 'expiry that closes without a reason',
  },
  carrier: {
    header: 'token requests that fail',
    query: 'tokens of another client',
    cookie: 'tokens in cookies, commands that are dropped',
    subprotocol: 'tokens in subprotocols, commands that are sent again',
    message: 'commands before authentication that are accepted',
  },
  renewal: { reconnect: 'token requests that fail', 'in-band': 'in-band tokens that replace the one before' },
  issued: { together: 'token requests that fail', spread: 'tokens issued over a lifetime' },
  trigger: {
    timer: 'token requests that fail',
    connect: 'tokens that clients ask for when they connect',
    never: 'tokens that are presented again',
  },
  clock: { exp: 'token requests that fail', ttl: 'clients that hang up when a refresh fails, by lifetimes' },
  keepOld: {
    true: 'token requests that fail',
    false: 'clients that hang up when a refresh fails, by lifetimes',
  },
  during: { before: 'token requests that fail', run: 'clients that log in through an outage' },
  pooled: { true: 'a token service with a queue', false: 'token requests that fail' },
};

/** Options of the clients' behaviour, without tokens. */
const CLIENT_CELLS: {
  readonly clockSkew: Each<ClientPlan['clockSkew']>;
  readonly onReconnect: Each<CommandPlan['onReconnect']>;
  readonly beforeAuth: Each<CommandPlan['beforeAuth']>;
  readonly heartbeat: Readonly<Record<'none' | 'some', TrialName>>;
} = {
  clockSkew: {
    fixed: 'bad tokens that are refused',
    normal: 'tokens in subprotocols, commands that are sent again',
    uniform: 'tokens in cookies, commands that are dropped',
  },
  onReconnect: {
    resend: 'tokens in subprotocols, commands that are sent again',
    drop: 'tokens in cookies, commands that are dropped',
  },
  beforeAuth: {
    true: 'commands before authentication that are accepted',
    false: 'tokens in subprotocols, commands that are sent again',
  },
  heartbeat: { none: 'token requests that fail', some: 'networks with faults' },
};

/** A cell of a table: a value, the trial assigned to it, and whether the trial really contains it. */
export interface Cell {
  readonly field: string;
  readonly value: string;
  readonly trial: TrialName;
  readonly isIn: (scenario: Scenario) => boolean;
}

/** All cells. */
export function cells(): readonly Cell[] {
  return [
    ...FAULT_KINDS.flatMap((kind) =>
      cellsOf(`fault ${kind}`, FAULT_CELLS[kind], ({ faults }) =>
        faults.filter((fault) => fault.kind === kind).map(modeOf),
      ),
    ),
    ...cellsIn('target', TARGET_CELLS, (scenario) => ({ ...scenario.target })),
    ...cellsIn('tokens', TOKEN_CELLS, ({ tokens }) => ({ ...tokens.refresh, ...tokens.login, ...tokens })),
    ...cellsIn('endpoint', ENDPOINT_CELLS, ({ tokens }) => ({ flight: 'client', ...tokens.source.endpoint })),
    ...cellsIn('protocol', PROTOCOL_CELLS, (scenario) => {
      const { ends, keepAlive, ...shape } = protocolShape(scenario);
      return {
        ...shape,
        ...ends,
        kind: protocolOf(scenario).kind,
        serverPings: keepAlive.server === null ? 'none' : 'some',
      };
    }),
    ...cellsOf('protocol closeRules', FINAL_CELLS, (scenario) => [
      String(protocolShape(scenario).closeRules.length > 0),
    ]),
    ...cellsIn('clients', CLIENT_CELLS, ({ clients }) => ({ ...clients.commands, ...clients })),
  ];
}

/** The scenario of a cell's trial. */
export function scenarioOf({ trial }: Cell): Scenario {
  return scenarioOfTrial(TRIALS[trial]);
}

type Row = Readonly<Record<string, TrialName>>;

function cellsIn(
  section: string,
  table: Readonly<Record<string, Row>>,
  fieldsOf: (scenario: Scenario) => Readonly<Record<string, unknown>>,
): readonly Cell[] {
  return Object.entries(table).flatMap(([field, row]) =>
    cellsOf(`${section} ${field}`, row, (scenario) => [called(fieldsOf(scenario)[field])]),
  );
}

function cellsOf(field: string, row: Row, valuesIn: (scenario: Scenario) => readonly string[]): readonly Cell[] {
  return Object.entries(row).map(([value, trial]) => ({
    field,
    value,
    trial,
    isIn: (scenario) => valuesIn(scenario).some((is) => is === value || (value === 'some' && is !== 'none')),
  }));
}

function modeOf(fault: Fault): string {
  return called('mode' in fault ? fault.mode : 'of' in fault ? fault.of : null);
}

function called(value: unknown): string {
  if (value === null || value === undefined || value === 0) return 'none';
  if (typeof value === 'object') return 'kind' in value ? String(value.kind) : 'some';
  return typeof value === 'string' || typeof value === 'boolean' ? `${value}` : 'some';
}
