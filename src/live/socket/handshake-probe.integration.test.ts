import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import { probeHandshake, type ProbeParts } from './handshake-probe.ts';
import { codecOf } from '../../protocols/registry.ts';
import { FRAME, closing, handshake, rawServer, serverFrame } from '../network/raw-server.test.helper.ts';
import { upgradeForm } from './upgrade-form.ts';

async function probed(answer: (socket: Socket, key: string) => void, parts: Partial<ProbeParts> = {}) {
  const server = await rawServer(answer);
  const all: ProbeParts = {
    gateways: [server.endpoint],
    form: upgradeForm({ kind: 'header' }),
    codec: await codecOf(
      { kind: 'none' },
      { carrier: 'header', renewal: 'reconnect', commands: false, heartbeat: false },
    ),
    timeoutMs: 60_000,
    ...parts,
  };
  const probe = probeHandshake(all, 'TOKEN', 0);
  onTestFinished(() => probe.hangUp());
  return { probe, server };
}

/** Opens the connection and answers the first message. */
function answering(frame: object): (socket: Socket, key: string) => void {
  return (socket, key) => {
    socket.write(handshake(key));
    socket.once('data', () => socket.write(serverFrame(FRAME.text, JSON.stringify(frame))));
  };
}

const BY_MESSAGE: Partial<ProbeParts> = {
  form: upgradeForm({ kind: 'message' }),
  codec: await codecOf(
    { kind: 'squall' },
    { carrier: 'message', renewal: 'reconnect', commands: false, heartbeat: false },
  ),
};

describe('a probe of a handshake', () => {
  test('is ready with the open socket, is held, and is gone after it has hung up', async () => {
    const { probe, server } = await probed((socket, key) => {
      socket.write(handshake(key));
      socket.once('data', () => socket.end(serverFrame(FRAME.close, closing(1000))));
    });
    expect(await probe.outcome).toBeNull();
    expect(server.sockets[0]!.destroyed).toBe(false);
    probe.hangUp();
    await probe.gone;
    expect(await probe.outcome).toBeNull();
  });

  test.each([
    ['accepted', { type: 'authenticated' }, null],
    ['refused', { type: 'error', code: 'invalid-token' }, NETWORK.authRefused],
  ])('whose token travels in a message is over when the token is %s', async (_what, frame, outcome) => {
    const { probe } = await probed(answering(frame), BY_MESSAGE);
    expect(await probe.outcome).toBe(outcome);
  });

  test('fails with the status of a refusal', async () => {
    const { probe } = await probed((socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'));
    expect(await probe.outcome).toBe(503);
    await probe.gone;
  });

  test('that stays unanswered is given up after its time, and leaves no socket', async () => {
    const { probe, server } = await probed(() => {}, { timeoutMs: 20 });
    expect(await probe.outcome).toBe(NETWORK.timeout);
    await probe.gone;
    await server.allClosed();
  });
});
