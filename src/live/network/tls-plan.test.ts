import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CERTIFICATES, pem } from '../../testing/real-servers/certificates.ts';
import { loadScenario } from '../../threshold/load-scenario.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { targetContext, tokenContext } from './secure-contexts.ts';
import { tlsPlan } from './tls-plan.ts';

const root = mkdtempSync(join(tmpdir(), 'squall-tls-'));
const folder = join(root, 'scenarios');
mkdirSync(folder);
cpSync(CERTIFICATES, join(folder, 'certs'), { recursive: true });
writeFileSync(join(root, 'outside.pem'), pem('client-a.pem'));
symlinkSync(join(root, 'outside.pem'), join(folder, 'certs', 'client-link.pem'));
writeFileSync(join(folder, 'empty.pem'), '');
writeFileSync(
  join(folder, 'damaged.pem'),
  '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n',
);

afterAll(() => rmSync(root, { recursive: true }));

function load(tls: string): Scenario {
  const text = `duration: 1m
clients: { count: 4, arrive: { over: 1s } }
target: { url: wss://x, tls: ${tls} }
users: { generate: { device: '{client}', file: '{client}' } }
`;
  const file = join(folder, 's.yaml');
  writeFileSync(file, text);
  return loadScenario(file, {});
}

/** Each user has the device of this name. */
function plan(tls: string, devices: readonly string[] = ['a', 'b', 'a', 'b']) {
  return tlsPlan(load(tls), (user) => ({ device: devices[user] ?? '' }));
}

const EACH = "{ cert: 'certs/client-{user.device}.pem', key: 'certs/client-{user.device}.key' }";

describe('the TLS of a run', () => {
  test('holds what its files hold', () => {
    expect(plan('{ ca: certs/ca.pem, cert: certs/client-a.pem, key: certs/client-a.key }')).toEqual({
      ca: pem('ca.pem'),
      verify: true,
      certificates: [{ cert: pem('client-a.pem'), key: pem('client-a.key') }],
      certificateOf: null,
    });
  });

  test('holds each certificate once, and which client has it', () => {
    const { certificates, certificateOf } = plan(EACH)!;
    expect(certificates.map(({ cert }) => cert)).toEqual([pem('client-a.pem'), pem('client-b.pem')]);
    expect([...certificateOf!]).toEqual([0, 1, 0, 1]);
  });

  test.each([
    ['{ ca: empty.pem }', 'target.tls.ca: no certificate in PEM'],
    ['{ ca: certs/client-a.key }', 'target.tls.ca: no certificate in PEM'],
    ['{ ca: damaged.pem }', 'target.tls.ca: a certificate that cannot be read'],
    ['{ cert: certs/client-a.key, key: certs/client-a.key }', 'target.tls.cert: no certificate in PEM'],
    ['{ cert: certs/client-a.pem, key: certs/client-b.key }', 'target.tls.key: the key of another certificate'],
    ['{ cert: certs/client-a.pem, key: certs/ca.pem }', 'target.tls.key: no private key in PEM'],
  ])('of %s is refused, without the content of the file', (tls, message) => {
    expect(() => plan(tls)).toThrow(message);
    expect(() => plan(tls)).not.toThrow(/BEGIN|MIG/);
  });

  test.each([
    ['nobody', 'target.tls.cert: no such file'],
    ['x/../../../outside', 'target.tls.cert: outside the folder before the first hole'],
    ['x/../../../not-even-there', 'target.tls.cert: outside the folder before the first hole'],
    ['link', 'target.tls.cert: outside the folder before the first hole'],
  ])('of a user whose file is %s is refused', (device, message) => {
    expect(() => plan(EACH, ['a', device])).toThrow(message);
  });

  test('of a user whose file is named from the root is refused', () => {
    const each = "{ cert: 'certs/{user.device}', key: certs/client-a.key }";
    expect(() => plan(each, [`../../outside.pem`])).toThrow('outside the folder before the first hole');
    expect(() => plan(each, [join(root, 'outside.pem')])).toThrow('target.tls.cert: no such file');
  });

  test('may name files only below folders that are allowed', () => {
    expect(() => load(`{ cert: '${root}/{user.device}.pem', key: s.yaml }`)).toThrow(
      "outside the scenario's folder and the working directory",
    );
    expect(() => load("{ cert: '../{user.device}.pem', key: s.yaml }")).toThrow(
      "outside the scenario's folder and the working directory",
    );
  });

  test('needs a certificate and its key, and a target that uses TLS', () => {
    expect(() => load('{ cert: s.yaml }')).toThrow('target.tls.cert: a certificate without its key');
    expect(() => load('{ key: s.yaml }')).toThrow('target.tls.key: a key without its certificate');
    writeFileSync(
      join(folder, 'ws.yaml'),
      'duration: 1m\nclients: { count: 1 }\ntarget: { url: ws://x, tls: { verify: false } }',
    );
    expect(() => loadScenario(join(folder, 'ws.yaml'), {})).toThrow('a ws: target uses no TLS');
  });
});

describe('contexts', () => {
  test('are one for all clients with the same certificate, and another for another', () => {
    const made = plan(EACH)!;
    const of = (number: number) => targetContext(made, number);
    expect(of(0)).toBe(of(2));
    expect(of(0)).not.toBe(of(1));
    expect(tokenContext(made)).toBe(tokenContext(made));
    expect(targetContext(null, 0)).toBe(targetContext(null, 1));
  });

  test('are kept up to a bound', () => {
    const pair = { cert: pem('client-a.pem'), key: pem('client-a.key') };
    const many = {
      ca: null,
      verify: true,
      certificates: Array.from({ length: 1001 }, () => pair),
      certificateOf: Uint32Array.from({ length: 1001 }, (_, n) => n),
    };
    const first = targetContext(many, 0);
    expect(targetContext(many, 0)).toBe(first);
    for (let n = 1; n < 1000; n++) targetContext(many, n);
    expect(targetContext(many, 0)).toBe(first);
    targetContext(many, 1000);
    expect(targetContext(many, 0)).not.toBe(first);
  });
});
