import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { compare, interleave, type Comparison, type Pair } from './harness.ts';

/** The figures of this build and of another commit's, measured in turns. */
export interface TwoCommits {
  /** abbreviated name of the other commit */
  readonly commit: string;
  /** `change`: costs of squall now (a) and then (b), in the unit of `what` */
  readonly rows: readonly { readonly what: string; readonly change: Comparison }[];
  /** cases that the other commit does not have */
  readonly missing: readonly string[];
}

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = 'dist/bench/main.js';
/** Rounds of four runs each: now, then, then, now. */
const ROUNDS = { quick: 1, full: 2 };
/** Most bytes that a bench or a build prints. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** What `--json` prints, as far as it is compared. */
const lineSchema = z.object({ what: z.string(), cost: z.object({ a: z.object({ median: z.number() }) }) });

const run = promisify(execFile);

/**
 * Builds another commit of this repository in a temporary folder, and runs each case of both builds in turns, each time in
 * a process of its own.
 *
 * @throws Error when there is no such commit, or it cannot be built
 */
export async function againstCommit(ref: string, names: readonly string[], quick: boolean): Promise<TwoCommits> {
  const commit = await resolve(ref);
  const folder = mkdtempSync(join(tmpdir(), 'squall-bench-'));
  const tree = join(folder, 'tree');
  try {
    await git('worktree', 'add', '--detach', tree, commit);
    await build(tree);
    return await comparedBuilds(tree, commit.slice(0, 9), names, quick);
  } finally {
    await git('worktree', 'remove', '--force', tree).catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
}

async function resolve(ref: string): Promise<string> {
  try {
    return (await git('rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`)).trim();
  } catch {
    throw new Error(`--against ${ref}: no such commit — name a branch, a tag or a commit of this repository`);
  }
}

/** Builds the other commit, with the installed packages where both name the same ones. */
async function build(tree: string): Promise<void> {
  if (packagesOf(tree) === packagesOf(PROJECT)) symlinkSync(join(PROJECT, 'node_modules'), join(tree, 'node_modules'));
  else await run('npm', ['ci', '--ignore-scripts'], { cwd: tree, maxBuffer: MAX_OUTPUT_BYTES });
  await run('npm', ['run', 'compile'], { cwd: tree, maxBuffer: MAX_OUTPUT_BYTES });
  if (!existsSync(join(tree, MAIN))) throw new Error(`the other commit builds no ${MAIN}`);
}

function packagesOf(folder: string): string {
  return readFileSync(join(folder, 'package-lock.json'), 'utf8');
}

async function comparedBuilds(
  tree: string,
  commit: string,
  names: readonly string[],
  quick: boolean,
): Promise<TwoCommits> {
  const rows: TwoCommits['rows'][number][] = [];
  const missing: string[] = [];
  const rounds = quick ? ROUNDS.quick : ROUNDS.full;
  for (const name of names) {
    const now = (): Promise<Costs> => costs(PROJECT, name, quick);
    const then = (): Promise<Costs> => costs(tree, name, quick);
    if ((await then()).size === 0) {
      missing.push(name);
      continue;
    }
    rows.push(...changes(await interleave(rounds, now, then)));
  }
  return { commit, rows, missing };
}

/** Costs of squall by figure. */
type Costs = ReadonlyMap<string, number>;

/** The change of every figure that both builds have. */
function changes(pairs: readonly Pair<Costs, Costs>[]): TwoCommits['rows'] {
  const [first] = pairs;
  const shared = [...(first?.a.keys() ?? [])].filter((what) => pairs.every(({ a, b }) => a.has(what) && b.has(what)));
  return shared.map((what) => ({
    what,
    change: compare(pairs.map(({ a, b }) => ({ a: a.get(what) ?? Number.NaN, b: b.get(what) ?? Number.NaN }))),
  }));
}

/** Runs one case of a build in a process of its own; empty: the build does not have the case. */
async function costs(folder: string, name: string, quick: boolean): Promise<Costs> {
  const lines = await benchOutput(folder, ['--json', '--only', name, ...(quick ? ['--quick'] : [])]);
  const found = new Map<string, number>();
  for (const line of lines.split('\n').filter((each) => each.startsWith('{'))) {
    const { what, cost } = lineSchema.parse(JSON.parse(line));
    found.set(what, cost.a.median);
  }
  return found;
}

async function benchOutput(folder: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(process.execPath, [MAIN, ...args], { cwd: folder, maxBuffer: MAX_OUTPUT_BYTES })).stdout;
  } catch (error) {
    // A figure over its limit, or a case that this build does not have.
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string') return error.stdout;
    throw error;
  }
}

async function git(...args: readonly string[]): Promise<string> {
  return (await run('git', args, { cwd: PROJECT, maxBuffer: MAX_OUTPUT_BYTES })).stdout;
}
