import type { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { count, countOr, duration, durationOr, text } from '../scalar.ts';
import { MAX_DESCRIPTION_CHARS, MAX_NAME_CHARS, MAX_RUN_MS, MAX_SEED, MAX_WORKERS } from '../limits.ts';
import type { GeneratorPlan, Scenario } from '../scenario.ts';
import { object } from '../object.ts';
import { clients } from './clients.ts';
import { expectation, extended } from './expectation.ts';
import { faults } from './faults/index.ts';
import { model, modelPlan } from './model.ts';
import { target } from './target.ts';
import { thresholds } from './thresholds.ts';
import { tokens } from './tokens.ts';

const D = DEFAULTS.scenario;

const generator = object({
  workers: countOr('auto', 0, { min: 1, max: MAX_WORKERS })
    .prefault(DEFAULTS.generator.workers)
    .describe('worker threads; auto: by the cores'),
  maxLateness: duration({ zero: false })
    .prefault(DEFAULTS.generator.maxLateness)
    .describe('p99 of how late squall itself may be; above it the verdict is inconclusive'),
  giveUpAfter: durationOr('never')
    .prefault(DEFAULTS.generator.giveUpAfter)
    .describe(
      'a run ends when nobody has become ready within `clients.connectTimeout` and this long; `never`: it goes on',
    ),
}).transform((keys): GeneratorPlan => ({
  workers: keys.workers,
  maxLatenessP99Ms: keys.maxLateness,
  giveUpAfterMs: keys.giveUpAfter,
}));

/** A scenario file from the top. `fallbackName` is the name of one that does not say. */
export function scenarioSchema(fallbackName: string): z.ZodType<Scenario> {
  return object({
    extends: extended
      .optional()
      .describe('another scenario, of which this one says only what differs: lists as a whole, other keys one by one'),
    name: text({
      maxChars: MAX_NAME_CHARS,
      pattern: NAME,
      right: `write up to ${MAX_NAME_CHARS} letters, digits, and - _ . that begin with a letter or digit`,
    })
      .optional()
      .describe("names the results folder; default: the file's name"),
    description: text({ maxChars: MAX_DESCRIPTION_CHARS, pattern: /^[\P{Cc}\n]*$/u, right: 'write plain text' })
      .prefault(D.description)
      .describe('what it shows, for the report'),
    seed: count({ min: 0, max: MAX_SEED }).prefault(D.seed).describe('every random draw descends from it'),
    duration: duration({ zero: false, maxMs: MAX_RUN_MS }).describe('how long the run lasts'),
    target: target.prefault(D.target).describe('the system under test'),
    tokens: tokens.prefault(D.tokens).describe('the tokens that clients carry'),
    clients: clients.describe('the population'),
    faults: faults.prefault([...D.faults]).describe('planned disturbances'),
    thresholds: thresholds.prefault([...D.thresholds]).describe('what must hold for the verdict to be a pass'),
    generator: generator.prefault(D.generator).describe('squall itself'),
    model: model
      .prefault(D.model)
      .describe(
        'what `squall simulate` has in place of target and network: keys, or a file with them under `model`; of a target.url nothing is known, so without a calibration its capacity is unlimited',
      ),
    expect: expectation.optional().describe('what it comes to, for `--all` to hold it to; default, there: a pass'),
  }).transform(({ name = fallbackName, duration: durationMs, model: written, expect = null, ...rest }): Scenario => ({
    ...rest,
    name,
    durationMs,
    model: modelPlan(written, rest.target),
    expect,
  }));
}

/** Safe as part of a folder's name on every system. */
const NAME = /^[A-Za-z0-9][\w.-]*$/;

/** A name made from a file's: what is not allowed in a name becomes a dash. */
export function nameFromFile(file: string): string {
  const base = file.split(/[/\\]/).at(-1) ?? '';
  const name = base
    .replace(/\.ya?ml$/i, '')
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, MAX_NAME_CHARS);
  return name === '' ? 'scenario' : name;
}
