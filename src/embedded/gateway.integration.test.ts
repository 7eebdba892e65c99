import { once } from 'node:events';
import { connect } from 'node:net';
import { decodeJwt, SignJWT } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { FLAW_NAMES, mintBadToken } from '../jwt/bad.ts';
import { wall } from '../core/time/instant.ts';
import { startRig } from './rig.test.helper.ts';

describe('the room for connections', () => {
  it('is what the target was started with, whatever the number of clients', async () => {
    const rig = await startRig({ room: { all: 3, unauthenticated: 3 } });
    for (let client = 0; client < 3; client += 1) await rig.connect(client);
    const peer = rig.dial({ headers: { authorization: `Bearer ${await rig.token(3)}` } });
    expect(await peer.ended).toBe(503);
    expect(rig.target.counts()).toMatchObject({ handshakes: 3, refusedHandshakes: 1, open: 3 });
  });
});

describe('the carriers', () => {
  it('a token in the Authorization header opens the socket', async () => {
    const rig = await startRig();
    await rig.connect(3);
    expect(rig.target.counts()).toMatchObject({ handshakes: 1, refusedHandshakes: 0, open: 1 });
  });

  it('a token in the query opens the socket', async () => {
    const rig = await startRig({ carrier: { kind: 'query', name: 'access_token' } });
    await rig.dial({}, `${rig.target.gatewayUrl}?a=b&access_token=${await rig.token(1)}`).opened();
    expect(rig.target.counts().handshakes).toBe(1);
  });

  it.each(['', '"'])('a token in a cookie opens the socket, quoted with %j', async (quote) => {
    const rig = await startRig({ carrier: { kind: 'cookie', name: 'session' } });
    const cookie = `xsession=no; session=${quote}${await rig.token(1)}${quote}; theme=dark`;
    await rig.dial({ headers: { cookie } }).opened();
    expect(rig.target.counts().handshakes).toBe(1);
  });

  it('a token among the subprotocols opens the socket, and the other one is selected', async () => {
    const rig = await startRig({
      carrier: { kind: 'subprotocol', protocol: 'app.v1', prefix: 'bearer.', encoding: 'none' },
    });
    const peer = rig.dial({}, rig.target.gatewayUrl, ['app.v1', `bearer.${await rig.token(1)}`]);
    await peer.opened();
    expect(peer.socket.protocol).toBe('app.v1');
  });

  it('a token in the first message is answered by `authenticated`, with its expiry', async () => {
    const rig = await startRig({ carrier: { kind: 'message' } });
    const peer = rig.dial();
    await peer.opened();
    peer.send({ type: 'authenticate', token: await rig.token(1, 60_000) });
    const frame = await peer.frame(1);
    expect(frame).toMatchObject({ type: 'authenticated' });
    expect(frame).toHaveProperty('expiresAt');
  });

  it('a bad first message is answered by an error frame and close 4401', async () => {
    const rig = await startRig({ carrier: { kind: 'message' } });
    const peer = rig.dial();
    await peer.opened();
    peer.send({ type: 'authenticate', token: await rig.token(1, -1000) });
    expect(await peer.frame(1)).toEqual({ type: 'error', code: 'invalid-token', flaw: 'expired', advice: 'refresh' });
    expect(await peer.ended).toBe(4401);
    expect(peer.reason).toBe('{"code":"invalid-token","advice":"refresh"}');
  });

  it('a command before the first authentication is answered by close 4401', async () => {
    const rig = await startRig({ carrier: { kind: 'message' } });
    const peer = rig.dial();
    await peer.opened();
    peer.send({ type: 'command', id: '1-1' });
    expect(await peer.ended).toBe(4401);
    expect(rig.target.counts().effects).toBe(0);
  });
});

describe('refused handshakes', () => {
  it.each(FLAW_NAMES)('a token with the flaw %s is answered by 401 in RFC 6750 form', async (flaw) => {
    const rig = await startRig();
    const { issuer, audience } = rig.config;
    const now = Date.now();
    const claims = { client: 1, session: 's', issuer, audience, issuedAt: wall(now), expiresAt: wall(now + 60_000) };
    const token = await mintBadToken(rig.key, claims, flaw);
    const peer = rig.dial({ headers: { authorization: `Bearer ${token}` } });
    expect(await peer.ended).toBe(401);
    expect(peer.response?.headers['www-authenticate']).toMatch(/^Bearer realm="squall", error="invalid_token"/);
    expect(peer.response?.body).toContain('"advice":"refresh"');
    expect(peer.response?.body).not.toContain(token);
    expect(rig.target.counts()).toMatchObject({ handshakes: 0, refusedHandshakes: 1, open: 0 });
  });

  it('a request without a token is challenged without an error code', async () => {
    const rig = await startRig();
    const peer = rig.dial();
    expect(await peer.ended).toBe(401);
    expect(peer.response?.headers['www-authenticate']).toBe('Bearer realm="squall"');
  });

  it('a request that is no upgrade is answered by 426', async () => {
    const rig = await startRig();
    expect((await fetch(rig.target.gatewayUrl.replace('ws:', 'http:'))).status).toBe(426);
  });
});

describe('expiry on an open socket', () => {
  it('`close` ends it at exp, not before, with code 4401 and a machine-readable reason', async () => {
    const rig = await startRig();
    const expiresAt = Date.now() + 1000;
    const peer = await rig.connect(1, 1000);
    expect(await peer.ended).toBe(4401);
    expect(peer.reason).toBe('{"code":"token-expired","advice":"refresh"}');
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt);
    expect(peer.frames).toEqual([]);
  });

  it('`notify` sends a frame before exp and closes at exp', async () => {
    const rig = await startRig({ onExpiry: { kind: 'notify', graceMs: 300 } });
    const peer = await rig.connect(1, 1500);
    const frame = await peer.frame(1);
    expect(frame).toMatchObject({ type: 'expiring', advice: 'refresh' });
    expect(await peer.ended).toBe(4401);
    expect(peer.frames).toHaveLength(1);
  });

  it('`ignore` keeps a connection open beyond exp', async () => {
    const [ignoring, closing] = await Promise.all([startRig({ onExpiry: { kind: 'ignore' } }), startRig()]);
    const peer = await ignoring.connect(1, 1000);
    const other = await closing.connect(1, 1100);
    expect(await other.ended).toBe(4401);
    peer.send({ type: 'command', id: '1-1' });
    expect(await peer.frame(1)).toEqual({ type: 'ack', id: '1-1' });
  });

  it('a newer token in band moves the expiry', async () => {
    const rig = await startRig();
    const [renewed, other] = await Promise.all([rig.connect(1, 1000), rig.connect(2, 1100)]);
    renewed.send({ type: 'authenticate', token: await rig.token(1) });
    expect(await renewed.frame(1)).toMatchObject({ type: 'authenticated' });
    expect(await other.ended).toBe(4401);
    renewed.send({ type: 'command', id: '1-1' });
    expect(await renewed.frame(2)).toEqual({ type: 'ack', id: '1-1' });
  });

  it('a bad token in band is refused by a frame and changes nothing', async () => {
    const rig = await startRig();
    const peer = await rig.connect(1);
    peer.send({ type: 'authenticate', token: 'nonsense' });
    expect(await peer.frame(1)).toMatchObject({ type: 'error', code: 'invalid-token', flaw: 'malformed' });
    peer.send({ type: 'command', id: '1-1' });
    expect(await peer.frame(2)).toEqual({ type: 'ack', id: '1-1' });
  });

  it('the token of another subject in band ends the connection with 4403', async () => {
    const rig = await startRig();
    const peer = await rig.connect(1);
    peer.send({ type: 'authenticate', token: await rig.token(2) });
    expect(await peer.frame(1)).toEqual({ type: 'error', code: 'subject-changed' });
    expect(await peer.ended).toBe(4403);
  });
});

describe('commands', () => {
  it.each([
    [true, { type: 'ack', id: '1-5', duplicate: true }, { effects: 1, duplicated: 0 }],
    [false, { type: 'ack', id: '1-5' }, { effects: 2, duplicated: 1 }],
  ])('with idempotent %s a repeated id gets %j', async (idempotent, ack, counts) => {
    const rig = await startRig({ idempotent });
    const peer = await rig.connect(1);
    peer.send({ type: 'command', id: '1-5' });
    peer.send({ type: 'command', id: '1-5' });
    expect(await peer.frame(1)).toEqual({ type: 'ack', id: '1-5' });
    expect(await peer.frame(2)).toEqual(ack);
    expect(rig.target.counts()).toMatchObject(counts);
  });

  it('a command in the name of another client has no effect', async () => {
    const rig = await startRig();
    const peer = await rig.connect(1);
    peer.send({ type: 'command', id: '2-1' });
    expect(await peer.frame(1)).toEqual({ type: 'error', code: 'not-your-command', id: '2-1' });
    expect(rig.target.counts().effects).toBe(0);
  });
});

describe('hostile input', () => {
  it('sockets that never authenticate are refused beyond a bound, until some leave', async () => {
    const rig = await startRig({ carrier: { kind: 'message' }, count: 1 });
    const flood = Array.from({ length: 1030 }, () => rig.dial());
    const outcomes = await Promise.all(flood.map((peer) => Promise.race([peer.opened().then(() => 101), peer.ended])));
    expect(outcomes.filter((status) => status === 101)).toHaveLength(1025);
    expect(outcomes.filter((status) => status === 503)).toHaveLength(5);
    for (const peer of flood) peer.socket.terminate();
    await vi.waitFor(() => expect(rig.target.counts().open).toBe(0), 20_000);
    const peer = rig.dial();
    await peer.opened();
    peer.send({ type: 'authenticate', token: await rig.token(0) });
    expect(await peer.frame(1)).toMatchObject({ type: 'authenticated' });
  });

  it.each([
    ['text that is no JSON', 'hello', 4400],
    ['JSON that is no frame', '[1,2]', 4400],
    ['a binary frame', Buffer.from([1, 2, 3]), 1003],
    ['a frame beyond 64 KiB', 'x'.repeat(64 * 1024 + 1), 1009],
  ])('%s ends the connection and no other', async (_what, message, code) => {
    const rig = await startRig();
    const [hostile, other] = await Promise.all([rig.connect(1), rig.connect(2)]);
    hostile.socket.send(message);
    expect(await hostile.ended).toBe(code);
    other.send({ type: 'command', id: '2-1' });
    expect(await other.frame(1)).toEqual({ type: 'ack', id: '2-1' });
  });

  it('of simultaneous authentications on one socket, the first and the newest are answered in turn', async () => {
    const rig = await startRig();
    const peer = await rig.connect(1);
    // Headers in another order than squall's, which are verified asynchronously.
    const header = { typ: 'JWT', alg: rig.config.algorithm, kid: rig.key.kid };
    const tokens = await Promise.all(
      [60_000, 70_000, 80_000].map(async (lifetimeMs) =>
        new SignJWT(decodeJwt(await rig.token(1, lifetimeMs))).setProtectedHeader(header).sign(rig.key.signing),
      ),
    );
    for (const token of tokens) peer.send({ type: 'authenticate', token });
    peer.send({ type: 'command', id: '1-1' });
    const answers = await Promise.all([1, 2, 3].map((nth) => peer.frame(nth)));
    expect(answers.filter((frame) => (frame as { type: string }).type === 'authenticated')).toHaveLength(2);
    expect(answers.at(-1)).toMatchObject({ expiresAt: (decodeJwt(tokens[2]!).exp ?? 0) * 1000 });
    expect(peer.socket.readyState).toBe(peer.socket.OPEN);
  });

  it.each([
    ['garbage in place of HTTP', '\u0000\u0001garbage\r\n\r\n'],
    ['an upgrade to something else', 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
    [
      'a bad key',
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: short\r\nAuthorization: Bearer TOKEN\r\n\r\n',
    ],
    ['a head that is too large', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['a broken frame after the upgrade', 'UPGRADE'],
  ])('%s is hung up on, and the gateway goes on', async (_what, bytes) => {
    const rig = await startRig();
    const token = await rig.token(1);
    const upgrade =
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      `Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer ${token}\r\n\r\n\u007f\u007f\u007f\u007f`;
    const socket = connect(Number(new URL(rig.target.gatewayUrl).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.write(bytes === 'UPGRADE' ? upgrade : bytes.replace('TOKEN', token));
    await once(socket, 'close');
    await rig.connect(1);
    expect(rig.target.counts().open).toBe(1);
  });
});
