import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../leaks/finding.ts';
import { filesUnder } from '../leaks/files-under.ts';
import type { Fingerprints } from '../leaks/fingerprints.ts';
import { readTokenRecord } from '../leaks/read-record.ts';
import { scanSource, STDIN } from '../leaks/scan-source.ts';
import { leakJson, leakLine, leaksSummary } from '../report/text/leaks.ts';
import { clean } from '../report/clean.ts';
import { FILES } from '../results/files.ts';
import { reasonOf } from '../results/folder-error.ts';
import { EXIT } from './terminal/exit-code.ts';
import { print, printJson, log } from './terminal/output.ts';
import { UsageError } from './terminal/usage-error.ts';
import { required, verb } from './terminal/verb.ts';

/** Maximum number of findings listed; the rest are counted. */
const MAX_LISTED = 10_000;
const NO_RUN = 'none';
/** Default folder of `run` for results. */
const RESULTS_DIR = 'results';

export const leaks = verb({
  command: 'leaks <paths..>',
  summary: 'Scan logs and dumps for tokens of a run, and for anything shaped like a JWT',
  details:
    'Scans files, all files in folders, or stdin (-) for tokens that a run used (whole or in part, URL-encoded, escaped, or broken over lines) and for anything shaped like a JWT. Prints place and client, never the token. Files named *.gz are unzipped.\n' +
    'A part must have at least 32 characters; a part of a JWT must hold its signature or jti, since the rest is the same in all tokens of a client. ' +
    'Exit status: 0 none found, 1 some found, 2 usage error, or none found but some input could not be read.',
  positionals: { paths: { ...required('Files, folders, or - for stdin'), array: true } },
  flags: {
    run: {
      type: 'string',
      array: true,
      default: [] as string[],
      defaultDescription: 'the newest in results/',
      describe: 'Results folder of the run whose tokens to look for (may be repeated); `none` searches by shape only',
    },
    json: { type: 'boolean', default: false, describe: 'Print findings and totals as JSON' },
  },
  examples: [
    ['$0 leaks /var/log/gateway', 'did the last run leave tokens in the logs?'],
    ['$0 leaks app.log.gz metrics.prom --run results/2026-11-23T18-04-05Z-expiry-cliff', 'tokens of that run'],
    ['kubectl logs gateway | $0 leaks - --run none', 'anything shaped like a JWT'],
  ],
  async run({ paths, run, json }) {
    const runs = await runsNamed(run);
    const sum = { found: 0, files: 0, bytes: 0, unread: 0 };
    const listed: object[] = [];
    const onError = (path: string, error: unknown): void => {
      sum.unread += 1;
      log(`squall: cannot read ${clean(path)} (${reasonOf(error)})`);
    };
    const onFinding = (path: string, finding: Finding): void => {
      sum.found += 1;
      if (sum.found > MAX_LISTED) return;
      if (json) listed.push(leakJson(path, finding));
      else print(leakLine(path, finding));
    };
    // yargs drops a lone dash from a list.
    const sources = process.argv.includes(STDIN) ? [...paths, STDIN] : paths;
    for (const path of new Set(sources)) {
      for (const file of path === STDIN ? [STDIN] : filesUnder(path, FILES.tokens, onError)) {
        try {
          sum.bytes += await scanSource(file, runs, (finding) => onFinding(file, finding));
          sum.files += 1;
        } catch (error) {
          onError(file, error);
        }
      }
    }
    if (json) printJson({ ...sum, findings: listed });
    else {
      if (sum.found > MAX_LISTED) print(`… and ${sum.found - MAX_LISTED} more`);
      print(leaksSummary(sum));
    }
    if (sum.found > 0) return EXIT.fail;
    return sum.unread > 0 ? EXIT.usage : EXIT.pass;
  },
});

/** Token records of the named runs, or of the newest run when none is named. */
async function runsNamed(named: readonly string[]): Promise<readonly Fingerprints[]> {
  const folders = named.length > 0 ? named.filter((folder) => folder !== NO_RUN) : newestRun(RESULTS_DIR);
  return Promise.all(folders.map((folder) => recordIn(folder)));
}

function newestRun(resultsDir: string): readonly string[] {
  const folders = existsSync(resultsDir) ? readdirSync(resultsDir).map((name) => join(resultsDir, name)) : [];
  // Folder names begin with the start time.
  const newest = folders
    .filter((folder) => existsSync(join(folder, FILES.tokens)))
    .toSorted()
    .at(-1);
  if (newest === undefined) {
    log(
      `no run in ${resultsDir}/ holds a record of its tokens: looking for anything shaped like a JWT (--run FOLDER names a run)`,
    );
    return [];
  }
  log(`looking for tokens of ${newest}, and for anything shaped like a JWT`);
  return [newest];
}

async function recordIn(folder: string): Promise<Fingerprints> {
  const file = join(folder, FILES.tokens);
  try {
    const { fingerprints, warnings } = await readTokenRecord(file);
    for (const warning of warnings) log(`warning: ${folder}: ${warning}`);
    return fingerprints;
  } catch (error) {
    throw new UsageError(
      `--run ${folder}: cannot read ${file} (${reasonOf(error)}): name the results folder of a live run, or none`,
      { cause: error },
    );
  }
}
