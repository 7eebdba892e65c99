import { existsSync, writeFileSync } from 'node:fs';
import { calibrate as measure, type Calibration } from '../live/calibrate/calibrate.ts';
import { modelFile } from '../live/calibrate/model-file.ts';
import { stepText } from '../live/calibrate/words.ts';
import { VERSION } from '../metrics/version.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { ALLOW_HOST_FLAG, allowing } from './terminal/allow-host.ts';
import { rate } from './terminal/arguments.ts';
import { EXIT, type ExitCode } from './terminal/exit-code.ts';
import { Interrupts } from './terminal/interrupts.ts';
import { print, log } from './terminal/output.ts';
import { SCENARIO_FLAGS, readScenario } from './scenarios/scenarios.ts';
import { UsageError } from './terminal/usage-error.ts';
import { required, verb } from './terminal/verb.ts';

/** The highest rate that one squall process sends without falling behind. */
const MAX_RATE_PER_SECOND = 2000;

export const calibrate = verb({
  command: 'calibrate <scenario>',
  summary: "Measure what a scenario's target can do, as a model for simulations",
  details:
    'Sends handshakes and then refreshes to the target of a scenario. The rate starts at 20/s and rises by half until the target falls behind. The result is a model file that a scenario includes: `model: model.yaml`. Where the target kept up to the last step, the file says `at least`.\n' +
    'Exit status: 0 measured, 2 usage or scenario error, 3 squall itself fell behind, 4 refused or nobody answered, 130 interrupted.',
  positionals: { scenario: required('A scenario file, or the name of a bundled one') },
  flags: {
    ...SCENARIO_FLAGS,
    'allow-host': ALLOW_HOST_FLAG,
    'max-rate': {
      type: 'string',
      default: `${MAX_RATE_PER_SECOND}/s`,
      coerce: rate('--max-rate', MAX_RATE_PER_SECOND),
      describe: 'Highest rate to send; a target on another machine also never gets more than its target.rate',
    },
    out: { type: 'string', describe: 'Write the model to this new file instead of stdout' },
  },
  examples: [
    ['$0 calibrate expiry-cliff --out model.yaml', 'then: model: model.yaml in a scenario'],
    [
      '$0 calibrate staging.yaml --allow-host staging.example.com --set target.rate=200/s',
      'a target that is not this machine, up to 200 attempts a second',
    ],
  ],
  async run({ scenario: file, set, allowFile, allowHost, maxRate, out }) {
    const scenario = allowing(readScenario(file, set, allowFile), allowHost);
    if (out !== undefined && existsSync(out)) {
      throw new UsageError(`--out ${out} exists and is not overwritten: name another file, or move it away`);
    }
    const interrupts = new Interrupts();
    const calibration = await measure(scenario, {
      maxPerSecond: maxRate,
      allowedHosts: allowHost,
      signal: interrupts.signal,
      onStep: (what, step, response) => log(stepText(what, step, response)),
      onWarning: (message) => log(`warning: ${message}`),
    }).finally(() => interrupts.release());
    if (calibration.handshakes.steps.length > 0) writeModel(calibration, scenario, out);
    return interrupts.signal.aborted ? EXIT.interrupted : exitCodeOf(calibration);
  },
});

function writeModel(calibration: Calibration, scenario: Scenario, out: string | undefined): void {
  const text = modelFile(calibration, {
    measuredAt: new Date(),
    squall: VERSION,
    target: targetText(scenario),
    carrier: scenario.tokens.carrier,
  });
  if (out === undefined) return print(text);
  try {
    writeFileSync(out, text, { flag: 'wx' });
  } catch (error) {
    log(
      `warning: cannot write --out ${out} (${error instanceof Error ? error.message : String(error)}); the model follows`,
    );
    return print(text);
  }
  print(out);
}

/** The target's name; the query of its URL is left out, since it may hold a key. */
function targetText({ target }: Scenario): string {
  if (target.kind === 'embedded') return 'the embedded target';
  const { origin, pathname } = new URL(target.url);
  return `${origin}${pathname}`;
}

function exitCodeOf({ handshakes, refreshes }: Calibration): ExitCode {
  const limited = handshakes.end === 'generator' || refreshes?.end === 'generator';
  return limited ? EXIT.inconclusive : EXIT.pass;
}
