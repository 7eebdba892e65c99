import { randomBytes } from 'node:crypto';
import { once as nextEvent } from 'node:events';
import { writeFileSync } from 'node:fs';
import { RefreshTokens } from '../jwt/refresh-token.ts';
import { readMachineLimits } from '../live/health/machine-limits.ts';
import { clientsPerProcess, type MachineLimits } from '../live/health/preflight.ts';
import { privateKey } from '../live/network/private-key.ts';
import { NO_EXTRAS, targetConfig } from '../live/run/setup.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { targetName } from '../scenario/target-name.ts';
import { EmbeddedTarget } from '../embedded/embedded.ts';
import type { ConnectionRoom, TargetConfig, TargetCounts } from '../embedded/protocol.ts';
import { wholeNumber } from './terminal/arguments.ts';
import { EXIT } from './terminal/exit-code.ts';
import { print, log } from './terminal/output.ts';
import { SCENARIO_FLAGS, readScenario } from './scenarios/scenarios.ts';
import { UsageError } from './terminal/usage-error.ts';
import { verb } from './terminal/verb.ts';

/** The scenario served by default: an embedded target with all defaults. */
const DEFAULT_SCENARIO = 'name: serve\nduration: 1h\ntarget: { embedded: {} }\nclients: { count: 1000 }\n';

export const serve = verb({
  command: 'serve [scenario]',
  summary: 'Run the embedded gateway and token service alone',
  details:
    'Runs the embedded gateway and token service alone, on 127.0.0.1, until ctrl-C; then prints its counts. Faults of a scenario are not injected.',
  positionals: { scenario: { type: 'string', describe: 'A scenario whose embedded target to serve' } },
  flags: {
    port: {
      type: 'string',
      default: '0',
      coerce: wholeNumber('--port', 0, 65_535),
      describe: 'Port of the gateway; 0 picks a free one',
    },
    'token-port': {
      type: 'string',
      default: '0',
      coerce: wholeNumber('--token-port', 0, 65_535),
      describe: 'Port of the token service; 0 picks a free one',
    },
    carrier: { type: 'string', describe: 'How tokens travel: header, message, {query: NAME}, {cookie: NAME}…' },
    'on-expiry': { type: 'string', describe: 'What the gateway does when a token expires: close, notify, ignore' },
    lifetime: { type: 'string', describe: 'Lifetime of a refreshed token, such as 30s' },
    algorithm: { type: 'string', describe: 'HS256, RS256, ES256 or EdDSA' },
    capacity: { type: 'string', describe: 'Handshake rate of the gateway, such as 800/s' },
    'refresh-tokens': {
      type: 'string',
      describe: 'Write a refresh token for each client to this new CSV file, as the column `refresh`, for users.file',
    },
    ...SCENARIO_FLAGS,
    json: { type: 'boolean', default: false, describe: 'Print URLs and counts as JSON, one line each' },
  },
  examples: [
    ['$0 serve --port 8080 --lifetime 30s', 'a gateway with short-lived tokens'],
    ['$0 serve deploy-drop', 'the target of a scenario'],
    ['$0 serve --set target.embedded.idempotent=false', 'any other field'],
  ],
  async run(args) {
    const scenario = scenarioOf(args.scenario, [...setsOf(args), ...args.set], args.allowFile);
    const config = {
      ...targetConfig(scenario, await privateKey(scenario), randomBytes(32).toString('base64url'), NO_EXTRAS),
      gatewayPort: args.port,
      tokenPort: args.tokenPort,
      room: roomOf(readMachineLimits()),
      faults: [],
    };
    if (args.refreshTokens !== undefined) writeRefreshTokens(args.refreshTokens, config);
    const target = await startTarget(config);
    const { gatewayUrl, tokenUrl } = target;
    if (args.json) print(JSON.stringify({ gatewayUrl, tokenUrl, connections: config.room.all }));
    else log(howToUse(target, scenario, config.room));
    await Promise.race([nextEvent(process, 'SIGINT'), nextEvent(process, 'SIGTERM')]);
    const counts = target.counts();
    target.stop();
    print(args.json ? JSON.stringify(counts) : countsText(counts));
    return EXIT.pass;
  },
});

/** Most connections of a target whose clients are not its scenario's, where descriptors allow more. */
const MAX_CONNECTIONS = 250_000;

/** Room for clients that no scenario counts: as many as this process can open sockets. */
function roomOf(limits: MachineLimits): ConnectionRoom {
  const all = Math.min(MAX_CONNECTIONS, clientsPerProcess(limits));
  return { all, unauthenticated: all };
}

function scenarioOf(file: string | undefined, sets: readonly string[], allowFiles: readonly string[]): Scenario {
  const scenario =
    file === undefined ? parseScenario(DEFAULT_SCENARIO, 'serve', { sets }) : readScenario(file, sets, allowFiles);
  if (scenario.target.kind === 'embedded') return scenario;
  throw new UsageError(`the target is ${targetName(scenario)}; serve needs a scenario whose target is embedded`);
}

/** Options that set a field of the scenario; --set reaches all fields. */
type Shorthands = Readonly<Record<'carrier' | 'onExpiry' | 'lifetime' | 'algorithm' | 'capacity', string | undefined>>;

function setsOf(options: Shorthands): string[] {
  const { carrier, onExpiry, lifetime, algorithm, capacity } = options;
  const fields = Object.entries({
    'tokens.carrier': carrier,
    'target.embedded.onExpiry': onExpiry,
    'tokens.lifetime': lifetime,
    'tokens.algorithm': algorithm,
    'target.embedded.capacity.handshakes': capacity,
  });
  return fields.flatMap(([path, value]) => (value === undefined ? [] : [`${path}=${value}`]));
}

async function startTarget(config: TargetConfig): Promise<EmbeddedTarget> {
  try {
    return await EmbeddedTarget.start(config, () => {});
  } catch (error) {
    throw new UsageError(`cannot serve: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Writes refresh tokens, which are secrets, to a file only the user can read. */
function writeRefreshTokens(file: string, { refreshSecret, count }: TargetConfig): void {
  const sealer = new RefreshTokens(refreshSecret);
  const lines = Array.from({ length: count }, (_, client) => sealer.seal({ client, session: client, generation: 0 }));
  try {
    writeFileSync(file, `refresh\n${lines.join('\n')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new UsageError(`--refresh-tokens ${file} cannot be written: name a file that does not exist`, {
      cause: error,
    });
  }
}

function howToUse({ gatewayUrl, tokenUrl }: EmbeddedTarget, { tokens }: Scenario, { all }: ConnectionRoom): string {
  const key = tokens.keyFile === null ? '' : ` --key ${tokens.keyFile}`;
  const claims = `--issuer ${tokens.issuer} --audience ${tokens.audience}`;
  return [
    `gateway        ${gatewayUrl}`,
    `token service  ${tokenUrl}`,
    `connections    ${all} at most`,
    `a token        squall mint --algorithm ${tokens.algorithm} ${claims}${key}`,
    'ctrl-C ends it.',
  ].join('\n');
}

function countsText(counts: TargetCounts): string {
  const { handshakes, refusedHandshakes, refreshes, reuseDetected, effects, duplicated } = counts;
  return [
    `${handshakes} handshakes, ${refusedHandshakes} refused`,
    `${refreshes} refreshes, ${reuseDetected} with a refresh token used before`,
    `${effects} command effects, ${duplicated} of them duplicates`,
  ].join('\n');
}
