import { mkdtempSync, readFileSync, rmSync, statSync, existsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AccessLog } from './access-log.ts';
import type { TargetConfig } from './protocol.ts';
import { startRig } from './rig.test.helper.ts';

function logFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'squall-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'gateway.log');
}

/** The log after one good and one bad upgrade request, with the tokens of both. */
async function logOf(accessLog: TargetConfig['accessLog']) {
  const file = logFile();
  const rig = await startRig({ carrier: { kind: 'query', name: 'access_token' }, accessLog, accessLogFile: file });
  const tokens = [await rig.token(1), await rig.token(2, -1000)];
  const [good, bad] = tokens.map((token) => rig.dial({}, `${rig.target.gatewayUrl}?v=2&access_token=${token}&flag`));
  await good?.opened();
  await bad?.ended;
  rig.target.stop();
  return { log: existsSync(file) ? readFileSync(file, 'utf8') : null, tokens, file };
}

describe('the access log', () => {
  it('`none` writes no file', async () => {
    expect((await logOf('none')).log).toBeNull();
  });

  it('`scrubbed` has a line for each upgrade request, without the values of the query', async () => {
    const { log, tokens } = await logOf('scrubbed');
    const lines = log?.trimEnd().split('\n') ?? [];
    expect(lines.map((line) => line.slice(-3)).toSorted()).toEqual(['101', '401']);
    for (const line of lines) {
      expect(line).toMatch(/^\S+Z 127\.0\.0\.1 "GET \/\?v=\*&access_token=\*&\* HTTP\/1\.1" \d{3}$/);
    }
    for (const token of tokens) expect(log).not.toContain(token.slice(-20));
  });

  it('`raw` has the query unchanged, in a file that the user alone can read', async () => {
    const { log, tokens, file } = await logOf('raw');
    for (const token of tokens) expect(log).toContain(`"GET /?v=2&access_token=${token}&flag HTTP/1.1"`);
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('`raw` logs no header', async () => {
    const file = logFile();
    const rig = await startRig({ accessLog: 'raw', accessLogFile: file });
    await rig.connect(1);
    rig.target.stop();
    expect(readFileSync(file, 'utf8')).toMatch(/^\S+ 127\.0\.0\.1 "GET \/ HTTP\/1\.1" 101\n$/);
  });

  it('writes one line of ASCII for each request, whatever the request line holds', () => {
    const file = logFile();
    const log = new AccessLog(file, true);
    log.note(requestOf('/a"b\\c\u0085\u00e9\t?x'), 400);
    log.close();
    expect(readFileSync(file, 'utf8')).toMatch(/ "GET \/a%22b%5cc%85%e9%09\?x HTTP\/1\.1" 400\n$/);
  });

  it('ends with a notice when it is full', () => {
    const file = logFile();
    const log = new AccessLog(file, true, 200_000);
    for (let n = 0; n < 10_000; n++) log.note(requestOf(`/${n}`), 101);
    log.close();
    const text = readFileSync(file, 'utf8');
    expect(text.length).toBeLessThan(200_100);
    expect(text).toMatch(/\nthis log has reached 200000 bytes and ends here\n$/);
  });
});

function requestOf(url: string): IncomingMessage {
  return { method: 'GET', url, httpVersion: '1.1', socket: { remoteAddress: '127.0.0.1' } } as IncomingMessage;
}
