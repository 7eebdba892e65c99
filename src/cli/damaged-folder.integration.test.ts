import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ReportFormat } from '../report/formats.ts';
import { FolderError } from '../results/folder-error.ts';
import { readFolder } from '../results/read-folder.ts';
import { mergeFolders } from '../results/merge.ts';
import { simulatedFolder } from '../testing/simulated-folder.ts';
import { compareFolders } from './runs/compare-folders.ts';
import { readAny } from './runs/read-any.ts';
import { UsageError } from './terminal/usage-error.ts';

const scenario = (seed: number, jitter: string): string => `name: small
seed: ${seed}
duration: 15s
target: { embedded: { capacity: { handshakes: 60/s } } }
tokens: { lifetime: 8s, refresh: { jitter: { uniform: ${jitter} } } }
clients: { count: 20, arrive: { over: 1s }, commands: { rate: 1/s } }
faults: [{ at: 4s, drop: { code: 1012 } }]
thresholds: [p99(handshake) < 10s]
`;

const FILES = ['scenario.yaml', 'timeline.ndjson', 'histograms.hlog', 'events.ndjson', 'summary.json'] as const;
type Name = (typeof FILES)[number] | 'effects.bin' | 'prediction.json';

/** Values that no run can have. */
const ABSURD = ['1e308', '-1e308', '1e999', '-1', '9007199254740993', '2147483648', '1e15', '0.5', 'null', '"x"'];
const STRUCTURES = ['[]', '{}', '[[1,2]]', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, '{"__proto__":{"a":1}}'];

const replacement = fc.constantFrom(...ABSURD, ...STRUCTURES);
/** A change of a text: its position as a share of the length, and the new text. */
const mutation = fc.record({
  file: fc.constantFrom(...FILES),
  where: fc.double({ min: 0, max: 0.999, noNaN: true }),
  change: fc.oneof(
    fc.record({ kind: fc.constant('value' as const), text: replacement }),
    fc.record({ kind: fc.constant('cut' as const) }),
    fc.record({ kind: fc.constant('byte' as const), byte: fc.integer({ min: 0, max: 255 }) }),
    fc.record({ kind: fc.constant('twice' as const) }),
  ),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutated(bytes: Buffer, { where, change }: Mutation): Buffer {
  const at = Math.floor(where * bytes.length);
  if (change.kind === 'cut') return bytes.subarray(0, at);
  if (change.kind === 'twice') return Buffer.concat([bytes, bytes.subarray(at)]);
  if (change.kind === 'byte') {
    const copy = Buffer.from(bytes);
    copy[at] = change.byte;
    return copy;
  }
  const text = bytes.toString('utf8');
  const values = [...text.matchAll(/-?\d+(?:\.\d+)?|"[^"]*"|true|false|null/g)];
  const found = values[Math.floor(where * values.length)];
  if (found === undefined) return bytes;
  return Buffer.from(text.slice(0, found.index) + change.text + text.slice(found.index + found[0].length));
}

describe('a results folder in which anything may stand', () => {
  const root = mkdtempSync(join(tmpdir(), 'squall-damaged-'));
  let whole = '';
  let other = '';
  let made = 0;
  beforeAll(async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    whole = await simulatedFolder(scenario(1, '0s'), join(root, 'a'));
    other = await simulatedFolder(scenario(2, '2s'), join(root, 'b'));
  });
  afterAll(() => {
    vi.restoreAllMocks();
    rmSync(root, { recursive: true });
  });

  /** A copy of the folder in which one file is replaced. */
  const folderWith = (name: Name, content: Buffer | string | null): string => {
    const dir = join(root, `copy-${made++}`);
    cpSync(whole, dir, { recursive: true });
    if (content === null) rmSync(join(dir, name), { force: true });
    else writeFileSync(join(dir, name), content);
    return dir;
  };

  /** A folder of a live run that was cut off, with this record of effects of its gateways. */
  const liveFolderWith = (effects: Buffer | string): string => {
    const dir = folderWith('effects.bin', effects);
    const timeline = readFileSync(join(dir, 'timeline.ndjson'), 'utf8').replace('"world":"sim"', '"world":"live"');
    writeFileSync(join(dir, 'timeline.ndjson'), timeline);
    rmSync(join(dir, 'summary.json'));
    return dir;
  };

  /** Makes every report of a folder, compares and merges it. @returns the errors and warnings */
  const tellAll = (dir: string): string => {
    const said: string[] = [];
    const attempt = (act: () => void): void => {
      try {
        act();
      } catch (error) {
        if (!(error instanceof FolderError || error instanceof UsageError)) throw error;
        said.push(error.message);
      }
    };
    attempt(() =>
      readAny(dir, ({ formats }, material, warnings) => {
        for (const kind of Object.keys(formats) as ReportFormat[]) {
          expect(formats[kind]?.(material, false).length).toBeLessThan(4 * 2 ** 20);
        }
        said.push(...warnings('json'));
      }),
    );
    attempt(() => compareFolders([dir, other]));
    attempt(() => mergeFolders([dir], join(root, `merged-${made++}`)));
    return said.join('\n');
  };

  it('is reported in words, whatever is changed in it', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), fc.boolean(), (mutations, cutOff) => {
        const dir = join(root, `copy-${made++}`);
        cpSync(whole, dir, { recursive: true });
        for (const each of mutations) {
          const path = join(dir, each.file);
          writeFileSync(path, mutated(readFileSync(path), each));
        }
        if (cutOff) rmSync(join(dir, 'summary.json'), { force: true });
        tellAll(dir);
        rmSync(dir, { recursive: true });
      }),
      { numRuns: 30 },
    );
  });

  it.each(ABSURD.slice(0, 5))('is damaged where a count of its summary is %s', (value) => {
    const text = readFileSync(join(whole, 'summary.json'), 'utf8').replace(/"total": \d+/, `"total": ${value}`);
    expect(tellAll(folderWith('summary.json', text))).toContain('summary.json is damaged');
  });

  it.each([
    ['more elements than any run has', `[${'"x",'.repeat(300_000)}"x"]`],
    ['an endless nesting', '['.repeat(2_000_000)],
    ['a prototype', '{"__proto__":{"verdict":"pass"}}'],
  ])('is damaged where its summary is %s', (_, text) => {
    expect(tellAll(folderWith('summary.json', text))).toContain('summary.json is damaged');
    expect(tellAll(folderWith('prediction.json', text))).toContain('prediction.json is damaged');
  });

  it('is inconclusive in a comparison where a line of its timeline is lost, however it was evaluated when it ended', () => {
    const lines = readFileSync(join(whole, 'timeline.ndjson'), 'utf8').split('\n');
    const short = folderWith('timeline.ndjson', lines.toSpliced(-3, 1).join('\n'));
    const torn = folderWith('timeline.ndjson', lines.slice(0, 5).join('\n'));
    for (const dir of [short, torn]) {
      const [setting] = compareFolders([dir, other]).settings;
      expect(setting).toMatchObject({ runs: { done: 1, conclusive: 0 } });
      expect(setting?.leftOut).toEqual([{ reason: expect.stringContaining('timeline.ndjson') as string, runs: 1 }]);
    }
  });

  it('unpacks no histogram that would fill the memory', () => {
    const line = readFileSync(join(whole, 'histograms.hlog'), 'utf8')
      .split('\n')
      .find((each) => each.startsWith('Tag='));
    const packed = deflateSync(Buffer.alloc(64 * 2 ** 20));
    const head = Buffer.alloc(8);
    head.writeUInt32BE(0x1c849314, 0);
    head.writeUInt32BE(packed.length, 4);
    const bomb = `${line?.slice(0, line.lastIndexOf(',') + 1)}${Buffer.concat([head, packed]).toString('base64')}\n`;
    expect(tellAll(folderWith('histograms.hlog', bomb.repeat(20)))).toContain('20 damaged lines');
  });

  it.each([
    ['timeline.ndjson', 100 * 2 ** 30],
    ['summary.json', 100 * 2 ** 30],
    ['effects.bin', 100 * 2 ** 30],
    ['events.ndjson', 100 * 2 ** 30],
  ] as const)('is refused where %s is larger than this machine could hold', (name, bytes) => {
    const dir = name === 'effects.bin' ? liveFolderWith('') : folderWith(name, '');
    truncateSync(join(dir, name), bytes);
    expect(tellAll(dir)).toMatch(/cannot read .* holds more than the \d+ bytes/);
  });

  it('is refused where a file has more lines than any run', () => {
    const dir = folderWith('events.ndjson', Buffer.alloc(6_000_000, '\n'));
    expect(tellAll(dir)).toContain('more than 5000000 lines');
  });

  it('says that effects of clients that the run did not have leave the commands unknown', () => {
    const dir = liveFolderWith(Buffer.alloc(8 * 1000, 0xff));
    expect(tellAll(dir)).toContain('effects.bin holds entries of clients that the run does not have');
  });

  it('waits for no pipe, and follows no link to another file', () => {
    const piped = folderWith('timeline.ndjson', null);
    execFileSync('mkfifo', [join(piped, 'timeline.ndjson')]);
    expect(tellAll(piped)).toContain('no regular file');
    const linked = folderWith('scenario.yaml', null);
    symlinkSync('/etc/hostname', join(linked, 'scenario.yaml'));
    expect(tellAll(linked)).toContain('it is a symbolic link');
    const device = liveFolderWith('');
    rmSync(join(device, 'effects.bin'));
    symlinkSync('/dev/zero', join(device, 'effects.bin'));
    expect(tellAll(device)).toContain('no regular file');
  });

  it('merges counts of any reason, one that is a word of the language among them', () => {
    const lines = readFileSync(join(whole, 'timeline.ndjson'), 'utf8').replaceAll(
      /"losses":{/g,
      '"losses":{"constructor":3,',
    );
    const dir = folderWith('timeline.ndjson', lines.replaceAll('3,}', '3}'));
    const merged = join(root, `merged-${made++}`);
    mergeFolders([dir], merged);
    expect(readFolder(merged).measurements.losses.get('constructor')).toBe(3);
  });

  it('is refused where its scenario has a threshold that cannot be read', () => {
    const text = readFileSync(join(whole, 'scenario.yaml'), 'utf8').replace('p99(handshake) < 10s', '=PWN');
    expect(tellAll(folderWith('scenario.yaml', text))).toContain('where a metric was expected');
  });
});
