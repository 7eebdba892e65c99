/**
 * A token endpoint without logic as a child process for the bench of refreshes: `node token-server.js LISTENERS` sends the
 * URLs of that many ports to its parent, and runs until the parent disconnects. Every request on a port gets the same
 * answer, the size of a real one: a JWT signed with ES256 and a refresh token.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { benchToken, LIFETIME_MS } from './bench-token.ts';

const HOST = '127.0.0.1';
/** Maximum number of connections waiting to be accepted; a burst must not lose SYNs. */
const BACKLOG = 4096;
const REFRESH_TOKEN = 'k3Jx0t9eUuQm1v7WbZ2nD5yHs8LpCfRaGiOqTjXl6wE4';

const accessToken = await benchToken('ES256');
const answer = JSON.stringify({
  access_token: accessToken,
  token_type: 'Bearer',
  expires_in: LIFETIME_MS / 1000,
  refresh_token: REFRESH_TOKEN,
});
const headers = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': Buffer.byteLength(answer),
  'cache-control': 'no-store',
};

const urls: string[] = [];
for (let n = 0; n < Number(process.argv[2]); n++) urls.push(await listen());
process.once('disconnect', () => process.exit());
process.send?.(urls);

async function listen(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => response.writeHead(200, headers).end(answer));
  });
  server.listen({ host: HOST, port: 0, backlog: BACKLOG });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`${HOST}: the server has no port`);
  return `http://${HOST}:${address.port}/token`;
}
