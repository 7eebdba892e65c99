/** The same scenario and seed give the same results folder, byte for byte: again, and on another Node. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKOUT } from '../testing/checkout.ts';
import { simulatedFolder } from '../testing/simulated-folder.ts';
import { randomScenario } from './random-scenario.test.helper.ts';

const SCENARIOS = 25;
/** A supported major version of Node other than the one that runs these tests. */
const OTHER_NODE = process.versions.node.startsWith('22.') ? '24' : '22';
/** Longest time to fetch a Node, and longest time to simulate on it, ms. */
const TIMEOUT_MS = 120_000;

const scratch = mkdtempSync(join(tmpdir(), 'squall-determinism-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const texts = fc.sample(randomScenario, { numRuns: SCENARIOS, seed: 1012 });
/** Texts of the files in each scenario's folder. */
let first: readonly Folder[];
beforeAll(async () => {
  first = await simulateAll('first');
});

describe(`${SCENARIOS} random scenarios`, () => {
  it('write the same results folders when they are simulated again', async () => {
    const again = await simulateAll('again');
    expect(again.length).toBe(SCENARIOS);
    for (const [index, folder] of again.entries()) expect(folder, texts[index]).toEqual(first[index]);
  });

  it(`write the same results folders on Node ${OTHER_NODE}`, { timeout: 2 * TIMEOUT_MS }, ({ skip }) => {
    const version = onOtherNode('--version');
    skip(version.status !== 0, `Node ${OTHER_NODE} cannot be fetched: ${version.stderr}`);
    expect(version.stdout).toMatch(new RegExp(`^v${OTHER_NODE}\\.`));
    const list = join(scratch, 'scenarios.json');
    writeFileSync(list, JSON.stringify(texts));
    const driver = join(CHECKOUT, 'dist', 'testing', 'simulate-driver.js');
    const { status, stderr } = onOtherNode(driver, list, join(scratch, 'other'));
    expect(status, stderr).toBe(0);
    for (const [index, folder] of first.entries()) expect(readFolder('other', index), texts[index]).toEqual(folder);
  });

  it('do not all give the same results', () => {
    const summaries = new Set(first.map((folder) => folder['timeline.ndjson']));
    expect(summaries.size).toBe(SCENARIOS);
  });
});

type Folder = Readonly<Record<string, string>>;

async function simulateAll(where: string): Promise<Folder[]> {
  const folders: Folder[] = [];
  for (const [index, text] of texts.entries()) {
    await simulatedFolder(text, join(scratch, where, String(index)));
    folders.push(readFolder(where, index));
  }
  return folders;
}

function readFolder(where: string, index: number): Folder {
  const results = join(scratch, where, String(index));
  const [name = ''] = readdirSync(results);
  const files = readdirSync(join(results, name)).toSorted();
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(results, name, file), 'latin1')]));
}

/** Runs a file with the other Node, which npx fetches from the registry or has fetched before. */
function onOtherNode(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync('npx', ['--yes', '--package', `node@${OTHER_NODE}`, '--', 'node', ...args], {
    cwd: scratch,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
}
