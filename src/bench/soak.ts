/**
 * The soak: `node dist/bench/soak.js` runs two thousand real clients for ten minutes through all kinds of faults, and
 * looks for growing memory in any process, unhandled rejections, and commands that clients and gateway report
 * differently. It exits with 1 when it finds any. `--quick` runs 200 clients for a minute, only to check that it works.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { print } from '../cli/terminal/output.ts';
import { readJournal } from '../metrics/journal.ts';
import { FILES } from '../results/files.ts';
import { parseSummary, type Summary } from '../results/summary.ts';
import { ProcessMemory } from './process-memory.ts';
import { soakScenario } from './soak-scenario.ts';
import { figure, table } from './table.ts';

const FULL = { clients: 2000, seconds: 600 };
const QUICK = { clients: 200, seconds: 60 };
/** Share of the run's time that is warm-up, in which memory may grow. */
const WARM_UP_SHARE = 0.4;
/** Maximum growth of a process per hour, as a share of its size. */
const MOST_GROWTH_PER_HOUR = 0.5;
const SAMPLE_EVERY_MS = 2000;
/** Minimum number of samples after the warm-up for a process that lives to the end. */
const LASTING_SHARE = 0.8;
/** bytes of one effect in the journal */
const EFFECT_BYTES = 8;

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const { clients, seconds } = values.quick ? QUICK : FULL;
const LASTING_SAMPLES = (LASTING_SHARE * (1 - WARM_UP_SHARE) * seconds * 1000) / SAMPLE_EVERY_MS;
const dir = mkdtempSync(join(tmpdir(), 'squall-soak-'));
const file = join(dir, 'soak.yaml');
writeFileSync(file, soakScenario(clients, seconds));

const main = new URL('../main.js', import.meta.url).pathname;
const child = spawn(process.execPath, [main, 'run', file, '--json', '--allow-exec', '--results', dir], {
  stdio: ['ignore', 'pipe', 'pipe'],
});
const [out, err]: [string[], string[]] = [[], []];
child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
const memory = new ProcessMemory(child.pid ?? 0);
const sampling = setInterval(() => memory.sample(), SAMPLE_EVERY_MS);
const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
clearInterval(sampling);

const findings: string[] = [];
const summary = parseSummary(out.join(''));
if (summary === null) findings.push(`no summary: exit code ${code}\n${err.join('').slice(-2000)}`);
else findings.push(...defectsOf(summary));
// Gateways are replaced every minute, and a young process grows; only long-lived processes can show a leak.
const lasting = memory.growths(WARM_UP_SHARE * seconds * 1000).filter(({ samples }) => samples >= LASTING_SAMPLES);
if (lasting.length < 2) findings.push('squall and the token service did not live to the end');
for (const { name, growthPerHour } of lasting) {
  if (!values.quick && growthPerHour > MOST_GROWTH_PER_HOUR) {
    findings.push(`${name} grew by ${figure(growthPerHour * 100)} % an hour`);
  }
}

print(`${clients} clients for ${seconds} s through all kinds of faults; results in ${dir}`);
print(
  table([
    ['process', 'MiB at the end', 'growth % per hour', 'samples'],
    ...lasting.map(({ name, endBytes, growthPerHour, samples }) => [
      name,
      figure(endBytes / 2 ** 20),
      figure(growthPerHour * 100),
      String(samples),
    ]),
  ]),
);
for (const finding of findings) print(`FOUND  ${finding}`);
print(findings.length === 0 ? 'nothing found' : `${findings.length} found`);
process.exitCode = findings.length === 0 ? 0 : 1;

function defectsOf({ commands, faults, ended }: Summary): string[] {
  const defects: string[] = [];
  if (ended !== 'completed') defects.push(`the run ended ${ended}`);
  const complaints = err.join('');
  if (/unhandled|rejection|TypeError|RangeError/i.test(complaints))
    defects.push(`on stderr: ${complaints.slice(-2000)}`);
  defects.push(...ledgerDefects(commands));
  for (const { label, planned, hit, missed } of faults) {
    const all = hit + Object.values(missed).reduce((sum, n) => sum + n, 0);
    if (planned !== all) defects.push(`fault ${label}: ${planned} planned, ${all} hit or missed`);
    if (hit === 0) defects.push(`fault ${label} never hit`);
  }
  return defects;
}

/** The clients' side of the ledger against the gateways' own file, to the last command. */
function ledgerDefects({ sent, acknowledged, lost, unexpected, duplicated }: Summary['commands']): string[] {
  const defects: string[] = [];
  const journal = join(resultsDir(), FILES.effects);
  const { ids } = readJournal(journal);
  const effects = statSync(journal).size / EFFECT_BYTES;
  if (duplicated !== effects - ids)
    defects.push(`${duplicated} duplicated by the summary, ${effects - ids} by the gateways`);
  const known = acknowledged + (unexpected ?? NaN);
  const inFlight = sent - known - (lost ?? NaN);
  // Of those in flight at the end some have had their effect.
  if (!(inFlight >= 0)) defects.push(`${sent} sent, of which ${known} had an effect and ${lost} had none`);
  if (!(known <= ids && ids <= known + inFlight)) {
    defects.push(`${ids} commands had an effect by the gateways, ${known} to ${known + inFlight} by the clients`);
  }
  return defects;
}

/** The one folder that the run has made. */
function resultsDir(): string {
  return join(dir, readdirSync(dir).find((name) => name.endsWith('-soak')) ?? '');
}
