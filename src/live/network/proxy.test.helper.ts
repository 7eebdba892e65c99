import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** An HTTP proxy on 127.0.0.1, which ends with its test. */
export interface TestProxy {
  readonly port: number;
  /** what it was asked for: authority and Proxy-Authorization */
  readonly asked: readonly { readonly authority: string; readonly authorization: string | undefined }[];
}

/** @param names ports of this machine that the proxy connects to, by authority; others it takes as they are */
export async function tunnelProxy(
  credentials: string | null = null,
  names: Readonly<Record<string, number>> = {},
): Promise<TestProxy> {
  const asked: { authority: string; authorization: string | undefined }[] = [];
  const sockets = new Set<Socket>();
  const proxy = createHttp((_request, response) => response.writeHead(405).end());
  proxy.on('connect', (request, client: Socket, head: Buffer) => {
    const authority = request.url ?? '';
    const authorization = request.headers['proxy-authorization'];
    asked.push({ authority, authorization });
    client.on('error', () => {});
    if (credentials !== null && authorization !== `Basic ${Buffer.from(credentials).toString('base64')}`) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const { hostname, port } = new URL(`http://${authority}`);
    const server = connect({
      host: authority in names ? '127.0.0.1' : hostname,
      port: names[authority] ?? Number(port),
    });
    for (const socket of [client, server]) sockets.add(socket);
    server.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\nno such server'));
    server.on('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.write(head);
      client.pipe(server).pipe(client);
    });
  });
  const port = await listening(proxy.listen(0, '127.0.0.1'));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.closeAllConnections();
    proxy.close();
  });
  return { port, asked };
}

/** A proxy that answers every request with `bytes`, and then ends the connection if `ends`. */
export async function wrongProxy(bytes: string | Buffer, ends: boolean): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => (ends ? socket.end(bytes) : socket.write(bytes)));
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return listening(server.listen(0, '127.0.0.1'));
}

async function listening(server: Server): Promise<number> {
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
