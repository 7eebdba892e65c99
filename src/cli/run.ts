import type { Outcome } from '../metrics/run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { CONSENT_FLAGS, allowing, consentOf } from './terminal/allow-host.ts';
import type { ExitCode } from './terminal/exit-code.ts';
import { METRICS_FLAG } from './runs/metrics-flag.ts';
import { checkOnRedis, ON_REDIS_FLAGS, onRedisOf } from './machines/on-redis-flags.ts';
import { REPORT_FLAG, reportFiles } from './runs/report-files.ts';
import { RESULTS_FLAGS } from './runs/results-flags.ts';
import type { Job, JobOptions } from './runs/run-job.ts';
import { ALL_FLAG, scenarioFiles } from './scenarios/scenario-folder.ts';
import { SCENARIO_FLAGS, readScenario } from './scenarios/scenarios.ts';
import { checkShard, checkStart, SHARD_FLAG, START_AT_FLAG } from './machines/shard.ts';
import { checkSingleRun, SINGLE_RUN_FLAGS } from './runs/single-run.ts';
import { UsageError } from './terminal/usage-error.ts';
import { required, verb } from './terminal/verb.ts';

export const run = verb({
  command: 'run <scenario>',
  summary: 'Run a scenario with real sockets, and evaluate its thresholds',
  details:
    'Runs a scenario with real sockets, and evaluates its thresholds. Ctrl-C winds the run down and reports; twice stops it at once.\n' +
    'Exit status: 0 passed, 1 a threshold failed, 2 usage or scenario error, 3 inconclusive, 4 refused or nobody answered, 130 interrupted;\n' +
    'with --all: 0 every scenario had its expected verdict (a pass if it states none), 1 one had not.',
  positionals: { scenario: required('A scenario file, or the name of a bundled one; with --all, a folder of files') },
  flags: {
    all: ALL_FLAG,
    ...SCENARIO_FLAGS,
    ...CONSENT_FLAGS,
    predict: {
      type: 'boolean',
      default: false,
      describe: 'Simulate first, draw the prediction behind the run, and report its error',
    },
    report: REPORT_FLAG,
    ...SINGLE_RUN_FLAGS,
    metrics: METRICS_FLAG,
    shard: SHARD_FLAG,
    'start-at': START_AT_FLAG,
    ...ON_REDIS_FLAGS,
    ...RESULTS_FLAGS,
  },
  examples: [
    ['$0 run expiry-cliff', 'watch it live; q ends it early'],
    ['$0 run staging.yaml --allow-host staging.example.com', 'a target that is not this machine'],
    ['$0 run deploy-drop --predict', 'compare the run with its simulation'],
    ['$0 run deploy-drop --set clients.count=5000 --json', 'scripted: a larger population, JSON on stdout'],
    ['$0 run scenarios --all', 'a whole folder, in one table'],
    [
      '$0 run staging.yaml --shard 2/4 --start-at 2026-11-23T18:04:05Z',
      'one of four machines that share the clients; `squall merge` merges their results',
    ],
    [
      '$0 run staging.yaml --on redis://10.0.0.7 --shards 8',
      'on all machines that run `squall worker redis://10.0.0.7`',
    ],
    ['$0 run deploy-drop --report junit=junit.xml', 'for a CI server'],
  ],
  // What only some runs need, and what a mistake on the command line does not need, is loaded when it is needed.
  async run({ scenario: path, all, allowHost, predict, report, results, json, ...given }): Promise<ExitCode> {
    const { set, allowFile, allowExec, baseline, saveBaseline, metrics, shard, startAt, on } = given;
    const files = scenarioFiles(path, all);
    const read = (file: string): Scenario => allowing(readScenario(file, set, allowFile, [], allowExec), allowHost);
    const consent = consentOf({ allowExec, allowHost });
    const job = { world: 'live', predict, resultsDir: results } as const;
    checkSingleRun(all ? '--all' : null, { baseline, saveBaseline, metrics, shard, startAt, on });
    const onRedis = onRedisOf(given);
    if (onRedis !== null && shard !== undefined)
      throw new UsageError('--shard with --on: --on shares all clients; leave one out');
    if (startAt !== undefined) checkStart(startAt, Date.now());
    if (all) {
      const { BATCH } = await import('../report/of-batch.ts');
      const reports = reportFiles(report, BATCH);
      const { runAll } = await import('./runs/run-all.ts');
      const { runLive } = await import('../live/run/run.ts');
      const runEach = (each: Scenario, options: JobOptions): Promise<Outcome> => runLive(each, { ...options, consent });
      return runAll({ ...job, files, read, json, reports, run: runEach });
    }
    const written = read(path);
    const { RUN } = await import('../report/of-run.ts');
    const reports = reportFiles(report, RUN);
    const scenario =
      baseline === undefined
        ? written
        : (await import('../results/baseline.ts')).withBaseline(written, 'live', baseline);
    if (shard !== undefined) checkShard(shard, scenario, saveBaseline);
    if (onRedis !== null) checkOnRedis(onRedis, scenario);
    const { runLive } = await import('../live/run/run.ts');
    const part = { startAtMs: startAt, ...(shard === undefined ? {} : { part: shard }) };
    const runIt: Job['run'] = async (options) => {
      if (onRedis === null) return runLive(scenario, { ...options, ...part, consent });
      const { runOnRedis } = await import('./machines/on-redis.ts');
      return runOnRedis(scenario, onRedis, options, (host) =>
        runLive(scenario, { ...options, ...part, consent, host }),
      );
    };
    const { runScenario } = await import('./runs/run-scenario.ts');
    return runScenario({ ...job, scenario, run: runIt }, { json, reports, saveBaseline, metrics });
  },
});
