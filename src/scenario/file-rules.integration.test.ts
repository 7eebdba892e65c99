import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { loadScenario } from '../threshold/load-scenario.ts';
import { ScenarioError } from './problem.ts';
import { resolvedYaml } from './resolved-yaml.ts';
import type { Scenario } from './scenario.ts';

const root = mkdtempSync(join(tmpdir(), 'squall-named-'));
const inside = join(root, 'scenarios');
const elsewhere = join(root, 'elsewhere');
for (const folder of [inside, elsewhere]) mkdirSync(folder);

afterAll(() => rmSync(root, { recursive: true }));

const LEAST = 'duration: 30s\nclients: { count: 1 }\n';
const URL_TARGET = 'target: { url: "ws://127.0.0.1:1" }\n';

/** Each place of a scenario that names a file, with a good file for it. */
const PLACES = {
  extends: { text: (name: string) => `extends: ${name}\n`, good: LEAST },
  model: { text: (name: string) => `${LEAST}model: ${name}\n`, good: 'model: { latency: 5ms }\n' },
  'model.file': { text: (name: string) => `${LEAST}model: { file: ${name} }\n`, good: 'model: { latency: 5ms }\n' },
  'tokens.keyFile': { text: (name: string) => `${LEAST}tokens: { keyFile: ${name} }\n`, good: '{}' },
  'users.file': { text: (name: string) => `${LEAST}users: { file: ${name} }\n`, good: 'id\nada\n' },
  'tokens.source.endpoint.client.keyFile': {
    text: (name: string) =>
      `${LEAST}${URL_TARGET}tokens: { source: { endpoint: { client: { id: web, keyFile: ${name} }, login: { url: "http://127.0.0.1:1/" } } } }\n`,
    good: '{}',
  },
  'target.tls.ca': {
    text: (name: string) => `${LEAST}target: { url: "wss://x", tls: { ca: ${name} } }\n`,
    good: 'PEM',
  },
  'target.tls.cert': {
    text: (name: string) => `${LEAST}target: { url: "wss://x", tls: { cert: ${name}, key: s.yaml } }\n`,
    good: 'PEM',
  },
  'target.tls.key': {
    text: (name: string) => `${LEAST}target: { url: "wss://x", tls: { cert: s.yaml, key: ${name} } }\n`,
    good: 'PEM',
  },
};
const EVERY_PLACE = Object.entries(PLACES);

function write(path: string, content: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function load(text: string, allowFiles: readonly string[] = [], sets: readonly string[] = []): Scenario | string {
  const file = write(join(inside, 's.yaml'), text);
  try {
    return loadScenario(file, { allowFiles, sets });
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
}

describe.each(EVERY_PLACE)('a file that %s names', (path, { text, good }) => {
  const outside = write(join(elsewhere, 'file.yaml'), good);

  it("may lie below the scenario's folder", () => {
    write(join(inside, 'sub', 'file.yaml'), good);
    expect(load(text('./sub/file.yaml'))).not.toBeTypeOf('string');
  });

  it('is refused outside it, with place, value and fix', () => {
    writeFileSync(outside, good);
    expect(load(text('../elsewhere/file.yaml'))).toMatch(
      new RegExp(
        String.raw`^${inside}/s\.yaml:\d+:\d+: ${path}: outside the scenario's folder and the working directory ` +
          String.raw`\(${outside}\) — move it there, or allow it with --allow-file ${outside}$`,
      ),
    );
    expect(load(text(outside))).toContain('--allow-file');
  });

  it('may lie outside where the command line allows it, or a folder above it', () => {
    writeFileSync(outside, good);
    for (const allowed of [outside, elsewhere, root]) expect(load(text(outside), [allowed])).not.toBeTypeOf('string');
    expect(load(text(outside), [join(root, 'else')])).toContain('--allow-file');
  });

  it('is refused where a link leads outside, whether or not it is there', () => {
    rmSync(join(inside, 'link'), { force: true });
    symlinkSync(elsewhere, join(inside, 'link'));
    writeFileSync(outside, good);
    expect(load(text('./link/file.yaml'))).toContain("outside the scenario's folder");
    expect(load(text('../elsewhere/absent.yaml'))).toContain("outside the scenario's folder");
    expect(load(text('/dev/zero'))).toContain("outside the scenario's folder");
  });

  it('is refused when it is a pipe or a directory, without waiting for anybody', () => {
    const pipe = join(inside, 'pipe');
    rmSync(pipe, { force: true });
    execFileSync('mkfifo', [pipe]);
    expect(load(text('./pipe'))).toContain('a pipe, a device or a socket');
    expect(load(text('./sub'))).toContain('a directory');
  });
});

describe('what a file that is no scenario holds', () => {
  const SECRETS = {
    'a shadow file': 'root:$6$hunter2/abc:19000:0:99999:7:::\nbin:*:19000::::::\n',
    'a private key': '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n',
    'an environment': 'PASSWORD: hunter2\nOTHER: *hunter2\nPASSWORD: x\n',
    'quoted words': '"hunter2" hunter2\n',
    'an escape': '"\\hunter2"\n',
    'a tag': 'a: !hunter2 b\n',
    'a list': '- hunter2\n',
    'a directive': '%hunter2 x\n---\na: 1\n',
    'a stray bracket': 'a: ]hunter2\n',
    'a block header': 'a: | hunter2\n',
  };

  it.each(Object.entries(SECRETS))('is not printed: %s', (_, secret) => {
    write(join(inside, 'secret'), secret);
    for (const text of ['extends: ./secret\n', `${LEAST}model: ./secret\n`]) {
      const said = load(text);
      expect(said).toBeTypeOf('string');
      expect(said).not.toContain('hunter2');
    }
    const said = load(secret);
    expect(said).toBeTypeOf('string');
    expect(said).not.toContain('hunter2');
  });

  it('is not printed, whatever it is', () => {
    const mark = 'hunter2';
    const piece = fc.constantFrom(
      mark,
      ' ',
      '\n',
      ':',
      ': ',
      '- ',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      '&',
      '*',
      '!',
      '|',
      '%',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (pieces) => {
        write(join(inside, 'secret'), pieces.join(''));
        expect(load('extends: ./secret\n')).not.toContain(mark);
      }),
    );
  });
});

describe('a scenario that a results folder holds', () => {
  it('is a scenario like any other: a file that it names outside is not read again without leave', () => {
    const key = write(join(elsewhere, 'key.json'), '{}');
    const first = load(PLACES['tokens.keyFile'].text(key), [key]);
    if (typeof first === 'string') throw new Error(first);
    const kept = resolvedYaml(first);
    expect(kept).toContain(key);
    expect(load(kept)).toContain(`--allow-file ${key}`);
    expect(load(kept, [key])).toEqual(first);
  });
});

it('takes the file that a --set names for one that the user named', () => {
  const key = write(join(elsewhere, 'key.json'), '{}');
  const scenario = load(LEAST, [], [`tokens.keyFile=${key}`]);
  expect(typeof scenario === 'string' ? scenario : scenario.tokens.keyFile).toBe(key);
});

function written(out: string): Scenario | string {
  return load(
    `${LEAST}${URL_TARGET}users: { file: users.csv, out: ${out} }\n` +
      'tokens: { source: { file: { refresh: "{user.refresh}" }, oauth2: { url: "http://127.0.0.1:1" } } }\n',
  );
}

it('lets squall write the tokens of users below the folder only, into a new file or one of users by its name', () => {
  write(join(inside, 'users.csv'), 'refresh\nr\n');
  for (const good of ['users.csv', 'new.csv']) expect(written(good)).not.toBeTypeOf('string');
  expect(written('../elsewhere/new.csv')).toContain("users.out: outside the scenario's folder");
  expect(written('absent/new.csv')).toContain('users.out: no such file');
  expect(written('Makefile')).toContain('users.out: a file that squall writes has one of these endings');
  expect(written('new.jsonl')).toContain('users.out: one of them is JSON Lines, the other CSV, by its name');
});
