import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { importSigningKey } from '../jwt/keys.ts';
import { readJournal } from '../metrics/journal.ts';
import type { FromTarget, TargetConfig, ToTarget } from './protocol.ts';
import { configWith, mintFor, Peer } from './rig.test.helper.ts';

// These tests start the compiled process, as a run does: build first.
const MAIN = new URL('../../dist/embedded/main.js', import.meta.url);

/** A target process, killed by its pid when the test ends. */
class TargetProcess {
  readonly child: ChildProcess = fork(MAIN, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  readonly exited: Promise<unknown[]> = once(this.child, 'exit');
  output = '';

  constructor() {
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk) => (this.output += String(chunk)));
    }
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  say(message: ToTarget): void {
    this.child.send(message);
  }

  async hear<Type extends FromTarget['type']>(type: Type): Promise<Extract<FromTarget, { type: Type }>> {
    for (;;) {
      const [message] = (await once(this.child, 'message')) as [FromTarget];
      if (isOfType(message, type)) return message;
    }
  }

  async start(config: TargetConfig): Promise<Extract<FromTarget, { type: 'listening' }>> {
    this.say({ type: 'start', config });
    return this.hear('listening');
  }
}

function isOfType<Type extends FromTarget['type']>(
  message: FromTarget,
  type: Type,
): message is Extract<FromTarget, { type: Type }> {
  return message.type === type;
}

async function openPeer(url: string, config: TargetConfig): Promise<Peer> {
  const key = await importSigningKey(config.privateJwk, config.algorithm);
  const token = await mintFor(config, key, 1, 60_000);
  const peer = new Peer(url, [], { headers: { authorization: `Bearer ${token}` } });
  await peer.opened();
  return peer;
}

it('a target that is killed during commands keeps the effects that it acknowledged', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-target-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const config = await configWith({ journalFile: join(folder, 'effects.journal') });

  const first = new TargetProcess();
  const listening = await first.start(config);
  const peer = await openPeer(listening.gatewayUrl, config);
  for (let seq = 0; seq < 2000; seq++) peer.send({ type: 'command', id: `1-${seq}` });
  await peer.frame(1);
  first.child.kill('SIGKILL');
  await peer.ended;
  await first.exited;

  const acknowledged = peer.frames.length;
  const ledger = readJournal(join(folder, 'effects.journal'));
  expect(acknowledged).toBeGreaterThan(0);
  for (let seq = 0; seq < acknowledged; seq++) expect(ledger.count(1, seq)).toBe(1);

  const second = new TargetProcess();
  const again = await second.start({
    ...config,
    gatewayPort: Number(new URL(listening.gatewayUrl).port),
    tokenPort: Number(new URL(listening.tokenUrl).port),
  });
  expect(again).toEqual(listening);
  const returned = await openPeer(again.gatewayUrl, config);
  returned.send({ type: 'command', id: '1-0' });
  returned.send({ type: 'command', id: '1-999999' });
  expect(await returned.frame(1)).toEqual({ type: 'ack', id: '1-0', duplicate: true });
  expect(await returned.frame(2)).toEqual({ type: 'ack', id: '1-999999' });
  second.say({ type: 'stop' });
  expect((await second.hear('counts')).counts).toMatchObject({ effects: 1, duplicated: 0, handshakes: 1 });
});

it('`stop` is answered by the last counts and exit 0, with nothing on any stream', async () => {
  const target = new TargetProcess();
  const config = await configWith();
  const { gatewayUrl } = await target.start(config);
  const peer = await openPeer(gatewayUrl, config);
  target.say({ type: 'report' });
  expect((await target.hear('counts')).counts.open).toBe(1);
  target.say({ type: 'stop' });
  expect((await target.hear('counts')).counts.handshakes).toBe(1);
  expect(await target.exited).toEqual([0, null]);
  expect(await peer.ended).toBe(1001);
  expect(target.output).toBe('');
});

it.each([
  ['it receives SIGTERM', (target: TargetProcess) => target.child.kill('SIGTERM')],
  ['its parent is gone', (target: TargetProcess) => target.child.disconnect()],
])('the target exits 0 when %s', async (_when, end) => {
  const target = new TargetProcess();
  await target.start(await configWith());
  end(target);
  expect(await target.exited).toEqual([0, null]);
});

it('a port in use is named in the failure, with exit 1', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void holder.close());
  await once(holder, 'listening');
  const address = holder.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const target = new TargetProcess();
  target.say({ type: 'start', config: await configWith({ tokenPort: port }) });
  expect((await target.hear('failed')).message).toBe(
    `cannot listen on 127.0.0.1:${port} (EADDRINUSE): free the port or choose another`,
  );
  expect(await target.exited).toEqual([1, null]);
});

it('a key of the wrong type fails with a message that quotes none of it', async () => {
  const config = await configWith({ algorithm: 'RS256' });
  const target = new TargetProcess();
  target.say({ type: 'start', config });
  const { message } = await target.hear('failed');
  expect(message).toBe('JWK member "kty" is "EC": RS256 needs "RSA"');
  expect(message).not.toContain(String(config.privateJwk['d']));
});
