import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { codecFor, decoded, survivesAnyCut, survivesAnything } from './decoded.test.helper.ts';
import { signNonce } from './nkeys.ts';
import { newView } from './registry.ts';

const plain = codecFor('nats');
const stream = codecFor({ nats: { user: '{user.name}', pass: '{token}', jetStream: true, subject: 'in.{client}' } });

// Of the documentation of NATS, and of nats-server 2.15.
const INFO =
  'INFO {"server_id":"NA","version":"2.15.3","headers":true,"auth_required":true,"nonce":"aN9-o3LMOkHnBgA"}\r\n';
const SEED = 'SUAMK2FG4MI6UE3ACF3FK3OIQBCEIEZV7NSWFFEW63UXMRLFM2XLAXK4GY';

const text = (message: unknown): string => String(message);
/** An answer to command 3. */
const answer = (payload: string): Buffer => Buffer.from(`MSG _INBOX.x.7.3 1 ${payload.length}\r\n${payload}\r\n`);

describe('a NATS codec', () => {
  it('answers the greeting with credentials, the subscription of its inbox and a PING', () => {
    const view = newView(7, { name: 'ann' });
    expect(decoded(plain, Buffer.from(INFO), view)).toEqual([{ kind: 'greeting' }]);
    expect(text(plain.authenticate('a"b', view))).toMatch(
      /^CONNECT \{"verbose":false,"pedantic":false,"name":"squall".*"headers":true.*"auth_token":"a\\"b"\}\r\nSUB _INBOX\.[\w-]+\.7\.\* 1\r\nPING\r\n$/,
    );
    expect(text(stream.authenticate('t', view))).toContain('"user":"ann","pass":"t"}');
    expect(text(stream.authenticate('t', view))).not.toContain('auth_token');
    expect(decoded(plain, Buffer.from('PONG\r\n'), view)).toEqual([{ kind: 'authenticated' }]);
    expect(decoded(plain, Buffer.from('PONG\r\n'), view)).toEqual([{ kind: 'known' }]);
  });

  it('publishes commands with a reply subject, and with a message id for a stream', () => {
    const view = newView(7);
    expect(text(plain.command(view, 12, false))).toMatch(
      /^PUB squall\.commands _INBOX\.[\w-]+\.7\.12 13\r\n\{"id":"7-12"\}\r\n$/,
    );
    const published = text(stream.command(view, 3, false));
    const [, headers, all, head] =
      /^HPUB in\.7 _INBOX\.[\w-]+\.7\.3 (\d+) (\d+)\r\n(NATS\/1\.0\r\nNats-Msg-Id: [\w-]+-7-3\r\n\r\n)\{"id":"7-3"\}\r\n$/.exec(
        published,
      )!;
    expect(Number(headers)).toBe(head!.length);
    expect(Number(all)).toBe(head!.length + '{"id":"7-3"}'.length);
    // A stream recognises a message that is sent again by its id.
    expect(text(stream.command(view, 3, true))).toBe(published);
  });

  it('signs the nonce of the server with an nkey', () => {
    const { nkey, sig } = signNonce(SEED, 'aN9-o3LMOkHnBgA')!;
    expect(nkey).toMatch(/^U[A-Z2-7]{55}$/);
    const point = Buffer.alloc(35);
    for (const [index, char] of Array.from(nkey).entries()) {
      const value = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char);
      for (let bit = 0; bit < 5; bit++) {
        const at = index * 5 + bit;
        if ((value & (16 >> bit)) !== 0) point[at >> 3]! |= 128 >> (at & 7);
      }
    }
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), point.subarray(1, 33)]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    expect(verify(null, Buffer.from('aN9-o3LMOkHnBgA'), key, Buffer.from(sig, 'base64url'))).toBe(true);
    for (const wrong of ['', 'SU', SEED.slice(1), `${SEED.slice(0, -1)}A`, 'ü', 'S'.repeat(5000)]) {
      expect(signNonce(wrong, 'n')).toBe(null);
    }
    const signing = codecFor({ nats: { jwt: '{token}', seed: '{user.seed}' } });
    const view = newView(7, { seed: SEED });
    decoded(signing, Buffer.from(INFO), view);
    expect(text(signing.authenticate('e.y.J', view))).toContain(`"jwt":"e.y.J","nkey":"${nkey}","sig":"${sig}"`);
  });

  it.each([
    ['PING\r\n', { kind: 'ping', reply: Buffer.from('PONG\r\n') }],
    ['+OK\r\n', { kind: 'known' }],
    ['MSG _INBOX.x.7.12 1 2\r\nok\r\n', { kind: 'ack', seq: 12 }],
    ['HMSG _INBOX.x.7.12 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n', { kind: 'commandRefused', seq: 12 }],
    ['HMSG _INBOX.x.7.12 1 18 20\r\nNATS/1.0\r\na: b\r\n\r\nok\r\n', { kind: 'ack', seq: 12 }],
    ['MSG other 1 2\r\nok\r\n', { kind: 'other' }],
    [
      "-ERR 'User Authentication Expired'\r\n",
      {
        kind: 'closing',
        signal: NETWORK.serverDisconnect,
        advice: 'refresh',
        remark: '-ERR User Authentication Expired',
      },
    ],
    ["-ERR 'User Authentication Revoked'\r\n", { kind: 'closing', advice: 'login' }],
    ["-ERR 'Stale Connection'\r\n", { kind: 'closing', advice: 'retry' }],
    ["-ERR 'Maximum Connections Exceeded'\r\n", { kind: 'closing', advice: 'retry' }],
    ["-ERR 'Unknown Protocol Operation'\r\n", { kind: 'closing', advice: 'stop' }],
    [
      `-ERR 'Permissions Violation for Publish to "x"'\r\n`,
      { kind: 'other', remark: `-ERR Permissions Violation for Publish to "x"` },
    ],
    ['MSG _INBOX.x.7.12 1 x\r\n', { kind: 'closing', signal: NETWORK.badFrame }],
    ['MSG _INBOX.x.7.12 1 9999999\r\n', { kind: 'closing', signal: NETWORK.badFrame }],
    ['\r\n', { kind: 'other' }],
  ])('reads %j', (frame, message) => {
    expect(decoded(plain, Buffer.from(frame), { ...newView(7), step: 3 })).toMatchObject([message]);
  });

  it('tells refused credentials from a session that ends', () => {
    const violation = Buffer.from("-ERR 'Authorization Violation'\r\n");
    expect(decoded(plain, violation, { ...newView(7), step: 2 })).toMatchObject([
      { kind: 'refused', signal: NETWORK.authRefused },
    ]);
    expect(decoded(plain, violation, { ...newView(7), step: 3 })).toMatchObject([
      { kind: 'closing', advice: 'refresh' },
    ]);
  });

  it('goes on when a server announces that it will stop', () => {
    const news = Buffer.from('INFO {"server_id":"NA","ldm":true}\r\n');
    expect(decoded(plain, news, { ...newView(7), step: 3 })).toEqual([{ kind: 'known' }]);
  });

  it('counts what a stream has stored, again or not, as acknowledged, and its errors as refused', () => {
    expect(decoded(stream, answer('{"stream":"S","seq":12}'))).toEqual([{ kind: 'ack', seq: 3 }]);
    expect(decoded(stream, answer('{"stream":"S","seq":12,"duplicate":true}'))).toEqual([
      { kind: 'ackRecognised', seq: 3 },
    ]);
    expect(decoded(stream, answer('{"error":{"code":503}}'))).toEqual([{ kind: 'commandRefused', seq: 3 }]);
    expect(decoded(stream, answer('thanks'))).toEqual([{ kind: 'other', seq: 3 }]);
  });

  it('means the same wherever frames end, and survives anything', () => {
    const frames = [
      INFO,
      'PING\r\n',
      'PONG\r\n',
      'MSG _INBOX.x.7.12 1 4\r\n\r\n\r\n\r\n',
      "-ERR 'Stale Connection'\r\n",
    ];
    expect(
      survivesAnyCut(
        plain,
        frames.map((frame) => Buffer.from(frame)),
      ),
    ).toBe(true);
    expect(survivesAnything(plain, frames)).toBe(true);
    expect(survivesAnything(stream, frames)).toBe(true);
  });
});
