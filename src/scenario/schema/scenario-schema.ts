import type { Flat, ValueOf } from '../../core/codec/codec.ts';
import { words } from '../../core/codec/choice.ts';
import { list, object } from '../../core/codec/object.ts';
import { count, duration, numberOr, text } from '../../core/codec/scalars.ts';
import { MAX_NAME_CHARS, MAX_RUN_MS } from '../../core/limits.ts';
import { MAX_DESCRIPTION_CHARS, MAX_FAULTS, MAX_LOCAL_ADDRESSES, MAX_SEED, MAX_WORKERS } from '../limits.ts';
import { protocolShape } from '../protocol-use.ts';
import { type ClientPlan, clients } from './clients.ts';
import { expectation, extended } from './expectation.ts';
import { faultCodec } from '../../core/fault/codec.ts';
import { host } from './host.ts';
import { withLibrary } from './library.ts';
import { model, modelPlan, type ModelPlan } from './model.ts';
import { target } from './target.ts';
import { type ThresholdPlan, thresholds } from './thresholds.ts';
import { tokens } from './tokens.ts';
import { users } from './users.ts';

const generator = object({
  workers: numberOr('auto', 0, count({ min: 1, max: MAX_WORKERS }))
    .default('auto')
    .describe('workers; auto: by the cores'),
  workerType: words({ auto: null, thread: 'thread', process: 'process' })
    .default('auto')
    .describe(
      'where workers live: `thread`: in one process, whose descriptors they share; `process`: each in its own; auto: processes where one process cannot open enough sockets',
    ),
  localAddresses: list(host(), { max: MAX_LOCAL_ADDRESSES })
    .default([])
    .describe(
      "addresses of this machine from which clients connect, in turn, for more connections than one address has ports; none: as the system chooses, and for a target on 127.0.0.1 further loopback addresses where its ports don't suffice",
    ),
  // Hundreds of refreshes due at once keep two cores busy for some 200 ms, which is no saturation.
  maxLateness: duration({ zero: false })
    .as('maxLatenessP99Ms')
    .default('250ms')
    .describe(
      'p99 of how late squall itself may be before the report says so; thresholds are held against each lateness, and without any a later run is inconclusive',
    ),
  giveUpAfter: numberOr('never', Infinity, duration())
    .as('giveUpAfterMs')
    .default('10s')
    .describe(
      'a run ends when nobody has become ready within `clients.connectTimeout` and this long; `never`: it goes on',
    ),
});

/** A name that can be part of a folder's name on every system. */
const NAME = /^[A-Za-z0-9][\w.-]*$/;

const scenarioKeys = object({
  extends: extended
    .optional()
    .describe('another scenario, of which this one says only what differs: lists as a whole, other keys one by one'),
  name: text({
    maxChars: MAX_NAME_CHARS,
    pattern: NAME,
    right: `write up to ${MAX_NAME_CHARS} letters, digits, and - _ . that begin with a letter or digit`,
  })
    .orNull()
    .describe("names the results folder; default: the file's name"),
  description: text({ maxChars: MAX_DESCRIPTION_CHARS, pattern: /^[\P{Cc}\n]*$/u, right: 'write plain text' })
    .default('')
    .describe('what it shows, for the report'),
  seed: count({ min: 0, max: MAX_SEED }).default(1).describe('every random draw descends from it'),
  duration: duration({ zero: false, maxMs: MAX_RUN_MS }).as('durationMs').describe('how long the run lasts'),
  target: target.default({ embedded: {} }).describe('the system under test'),
  tokens: tokens.default({}).describe('the tokens that clients carry'),
  users: users.orNull().describe('for whom clients stand: columns for the holes {user.COLUMN}'),
  clients: clients.describe('the population'),
  faults: list(faultCodec, { max: MAX_FAULTS }).default([]).describe('planned disturbances'),
  thresholds: thresholds.default([]).describe('what must hold for the verdict to be a pass'),
  generator: generator.default({}).describe('squall itself'),
  model: model
    .default({})
    .describe(
      'what `squall simulate` has in place of target and network: keys, or a file with them under `model`; of a target.url nothing is known, so without a calibration its capacity is unlimited',
    ),
  expect: expectation.orNull().describe('the expected verdict, which `--all` checks; default there: a pass'),
});

type ScenarioKeys = ValueOf<typeof scenarioKeys>;

/** A scenario of valid values, before its thresholds are parsed. */
export type WrittenScenario = Flat<
  Omit<ScenarioKeys, 'extends' | 'model' | 'clients'> & { model: ModelPlan; clients: ClientPlan }
>;

/**
 * A validated scenario: every default filled in, every unit converted, every preset spelled out, every threshold parsed,
 * frozen to the bottom. Nothing past `scenario/` reads YAML or knows a default.
 */
export type Scenario = Flat<
  Omit<WrittenScenario, 'name' | 'thresholds'> & { name: string; thresholds: readonly ThresholdPlan[] }
>;

/** A scenario file from the top. */
export const scenarioCodec = scenarioKeys
  .map<WrittenScenario>(
    (keys) => {
      const { extends: _, model: written, ...rest } = keys;
      return { ...rest, clients: clientPlan(keys), model: modelPlan(written, keys.target) };
    },
    (scenario) => scenario,
  )
  .after(withLibrary);

/** The clients, with the pings of their protocol unless the scenario has others. */
function clientPlan({ target: server, tokens: carried, clients: written }: ScenarioKeys): ClientPlan {
  const { heartbeat = null, ...rest } = written;
  const own = { ...rest, heartbeat };
  if (written.heartbeat !== undefined) return own;
  return { ...own, heartbeat: protocolShape({ target: server, tokens: carried, clients: own }).keepAlive.client };
}

/** A name made from a file's name: forbidden characters become dashes. */
export function nameFromFile(file: string): string {
  const base = file.split(/[/\\]/).at(-1) ?? '';
  const name = base
    .replace(/\.ya?ml$/i, '')
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, MAX_NAME_CHARS);
  return name === '' ? 'scenario' : name;
}
