import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import type { HttpRequest } from '../../protocols/dial-step.ts';
import { Abort } from '../abort.ts';
import { FreshRequests } from './fresh-request.ts';
import type { HttpService } from './http-service.ts';
import { SELF_SIGNED } from '../network/self-signed.test.helper.ts';
import { USER_AGENT } from './user-agent.ts';

/** A server on all loopback addresses that answers as no service should. */
class Hostile {
  readonly sockets: Socket[] = [];
  readonly requests: string[] = [];
  /** addresses at which the connections arrived */
  readonly addresses: (string | undefined)[] = [];
  readonly #server: Server;
  #arrived: () => void = () => {};

  constructor(server: Server, event: 'connection' | 'secureConnection', answer: (socket: Socket) => void) {
    this.#server = server.on(event, (socket: Socket) => {
      this.sockets.push(socket);
      this.addresses.push(socket.localAddress);
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        this.requests.push(bytes.toString());
        answer(socket);
        this.#arrived();
      });
    });
    onTestFinished(() => {
      server.close();
      for (const socket of this.sockets) socket.destroy();
    });
  }

  async service(scheme: 'http' | 'https' = 'http', addresses: readonly string[] = ['127.0.0.1']): Promise<HttpService> {
    this.#server.listen(0, '0.0.0.0');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    return { origin: `${scheme}://service.invalid:${port}`, addresses, proxy: null };
  }

  /** Resolves when a request has come. */
  async asked(): Promise<void> {
    while (this.requests.length === 0) await new Promise<void>((resolve) => (this.#arrived = resolve));
  }

  async allClosed(): Promise<void> {
    for (const socket of this.sockets)
      if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  }
}

const hostile = (answer: (socket: Socket) => void): Hostile => new Hostile(createServer(), 'connection', answer);
const ok = (socket: Socket): void => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');

const requestTo = ({ origin }: HttpService, more: Partial<HttpRequest> = {}): HttpRequest => {
  return { method: 'POST', url: `${origin}/token?a=b`, headers: {}, body: 'r=1', ...more };
};

/** Writes a text again and again until the connection ends. */
function endlessly(text: string): (socket: Socket) => void {
  return (socket) => {
    const more = (): void => {
      if (socket.destroyed) return;
      if (socket.write(text)) setImmediate(more);
      else socket.once('drain', more);
    };
    more();
  };
}

describe('a request', () => {
  test.each<[string, Partial<HttpRequest>, string, string]>([
    [
      'with a body',
      { headers: { accept: 'a/b' } },
      'sid=1; t=2',
      'accept: a/b\r\ncookie: sid=1; t=2\r\ncontent-length: 3\r\n\r\nr=1',
    ],
    ['with a body beyond ASCII', { body: 'ü日' }, '', 'content-length: 5\r\n\r\nü日'],
    ['with an empty body', { body: '' }, '', 'content-length: 0\r\n\r\n'],
    ['without a body', { body: null }, '', 'content-length: 0\r\n\r\n'],
    ['that never has a body', { method: 'GET', body: null }, '', '\r\n'],
  ])('%s is written at once', async (_, more, cookie, end) => {
    const server = hostile(ok);
    const service = await server.service();
    const request = requestTo(service, more);
    await new FreshRequests(service, null).send(request, cookie, new Abort());
    const { host } = new URL(service.origin);
    const head = `${request.method} /token?a=b HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`;
    expect(server.requests).toEqual([`${head}user-agent: ${USER_AGENT}\r\n${end}`]);
  });

  test('has the headers of its own, whichever the one before it had', async () => {
    const server = hostile(ok);
    const service = await server.service();
    const requests = new FreshRequests(service, null);
    const shared = { 'user-agent': 'device' };
    for (const headers of [shared, shared, { 'x-client': '1' }, { 'x-client': '2' }])
      await requests.send(requestTo(service, { headers }), '', new Abort());
    const lines = server.requests.map((text) => text.split('\r\n').slice(3, -3));
    const usual = `user-agent: ${USER_AGENT}`;
    expect(lines).toEqual([
      ['user-agent: device'],
      ['user-agent: device'],
      [usual, 'x-client: 1'],
      [usual, 'x-client: 2'],
    ]);
  });

  test('goes to the addresses of its service in turn', async () => {
    const server = hostile(ok);
    const service = await server.service('http', ['127.0.0.1', '127.0.0.2', '127.0.0.3']);
    const requests = new FreshRequests(service, null);
    for (let n = 0; n < 4; n++) await requests.send(requestTo(service), '', new Abort());
    expect(server.addresses).toEqual(['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.1']);
  });

  test('ends its connection with its answer, also where the peer would keep it', async () => {
    const server = hostile(ok);
    const service = await server.service();
    expect(await new FreshRequests(service, null).send(requestTo(service), '', new Abort())).toMatchObject({
      status: 200,
      body: '{}',
    });
    await server.allClosed();
  });

  test.each<[string, (socket: Socket) => void]>([
    ['is not answered', () => {}],
    ['is answered with half a head', (socket) => socket.write('HTTP/1.1 200')],
    ['is answered with half a body', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{')],
  ])('that %s ends its connection at once when it is given up', async (_, answer) => {
    const server = hostile(answer);
    const service = await server.service();
    const abort = new Abort();
    const outcome = new FreshRequests(service, null).send(requestTo(service), '', abort);
    await server.asked();
    abort.abort();
    expect(await outcome).toEqual({ signal: NETWORK.other });
    await server.allClosed();
  });

  test('keeps what it would send from a peer whose certificate is not trusted', async () => {
    const server = new Hostile(createTlsServer(SELF_SIGNED), 'secureConnection', ok);
    const service = await server.service('https');
    const ask = (requests: FreshRequests) => requests.send(requestTo(service), '', new Abort());
    expect(await ask(new FreshRequests(service, null))).toMatchObject({ signal: NETWORK.tls });
    await server.allClosed();
    expect(server.requests).toEqual([]);
    const unverified = { ca: null, verify: false, certificates: [], certificateOf: null };
    expect(await ask(new FreshRequests(service, unverified))).toMatchObject({ status: 200, body: '{}' });
  });
});

describe('a peer that sends without end', () => {
  const chunks = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  test.each([
    ['headers', 'HTTP/1.1 200 OK\r\n', 'X-More: 1\r\n', 'a head of more than 16384 bytes'],
    ['one header', 'HTTP/1.1 200 OK\r\nX: ', 'x'.repeat(50), 'a head of more than 16384 bytes'],
    ['interim answers', '', 'HTTP/1.1 102 Processing\r\n\r\n', 'more than 8 interim answers'],
    ['a body', 'HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(1000), 'a body of more than 65536 bytes'],
    ['chunks of one byte', chunks, '1\r\nx\r\n'.repeat(50), 'a body of more than 65536 bytes'],
    ['an extension', `${chunks}1;`, 'x', 'HTTP 200 with a broken chunk'],
    ['extensions', chunks, `1;${'x'.repeat(500)}\r\nx\r\n`, 'HTTP 200 with a broken chunk'],
    ['trailers', `${chunks}0\r\n`, 'X: 1\r\n', 'HTTP 200 with a broken chunk'],
    ['digits of a size', chunks, '0', 'HTTP 200 with a broken chunk'],
    ['nonsense', '', 'nonsense', 'no HTTP'],
  ])('(%s) is left after a bounded number of bytes', async (_, begin, more, said) => {
    const server = hostile((socket) => {
      socket.write(begin);
      endlessly(more)(socket);
    });
    const service = await server.service();
    expect(await new FreshRequests(service, null).send(requestTo(service), '', new Abort())).toEqual({
      signal: NETWORK.malformed,
      said,
    });
    await server.allClosed();
  });
});
