import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

function answer(response: ServerResponse, status: number, said: unknown = {}): void {
  response.writeHead(status).end(JSON.stringify(said));
}

/** A server with the used part of Toxiproxy's HTTP API and one proxy, `redis`, and a record of the requests. */
export async function toxiproxy() {
  const toxics = new Map<string, unknown>();
  const proxy = { enabled: true };
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    void text(request).then((body) => {
      const [, , name, , toxic = ''] = (request.url ?? '').split('/');
      if (name !== 'redis') return answer(response, 404, { error: 'proxy not found', status: 404 });
      if (request.method === 'DELETE') return answer(response, toxics.delete(toxic) ? 204 : 404);
      const sent: unknown = JSON.parse(body);
      if (request.url?.endsWith('/toxics')) toxics.set(nameOf(sent), sent);
      else Object.assign(proxy, sent);
      return answer(response, 200, sent);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return { url: `http://127.0.0.1:${port}`, toxics, proxy, requests };
}

function nameOf(sent: unknown): string {
  return typeof sent === 'object' && sent !== null && 'name' in sent ? String(sent.name) : '';
}
