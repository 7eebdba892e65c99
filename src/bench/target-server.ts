/**
 * A child process with the servers of a bench: `node target-server.js squall|plain COUNT` sends `Served` to its parent,
 * answers each later message with its CPU time so far in microseconds, and ends with its parent.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { jwtVerify, SignJWT } from 'jose';
import { WebSocketServer } from 'ws';
import { wall } from '../core/time/instant.ts';
import { EmbeddedTarget } from '../embedded/embedded.ts';
import { quietEnds } from '../embedded/quiet-ends.ts';
import { importSigningKey, shippedTestJwk } from '../jwt/keys.ts';
import { mintAccessToken } from '../jwt/mint.ts';
import { ALL_RIGHTS } from '../jwt/rights.ts';
import { RefreshTokens } from '../jwt/refresh-token.ts';
import { NO_EXTRAS, targetConfig } from '../live/run/setup.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import type { Served } from './target-cost.ts';

const HOST = '127.0.0.1';
const BACKLOG = 4096;
const LIFETIME_MS = 3_600_000;
const REFRESH_PATH = '/token';

const [, , kind, count = ''] = process.argv;
const scenario = parseScenario(
  JSON.stringify({
    name: 'bench',
    duration: '1m',
    target: { embedded: { capacity: { handshakes: '100000/s', queue: 100_000, refreshes: '100000/s' } } },
    tokens: { lifetime: '1h', algorithm: 'HS256', carrier: 'header' },
    clients: { count: Number(count) },
  }),
  'bench.yaml',
);
const refreshSecret = randomBytes(32).toString('base64url');
const privateJwk = await shippedTestJwk('HS256');
const config = targetConfig(scenario, privateJwk, refreshSecret, NO_EXTRAS);
const key = await importSigningKey(privateJwk, 'HS256');

process.once('disconnect', () => process.exit());
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.send?.(kind === 'squall' ? await serveEmbedded() : await servePlain());

async function serveEmbedded(): Promise<Served> {
  quietEnds();
  const target = await EmbeddedTarget.start(config, () => process.exit(1));
  const tokenUrl = new URL(target.tokenUrl);
  return {
    upgrade: { port: Number(new URL(target.gatewayUrl).port), requests: await upgrades() },
    refresh: { port: Number(tokenUrl.port), requests: refreshes(tokenUrl.pathname) },
  };
}

/** What a user would write: `ws` with `jose`, and a token endpoint that always answers the same, or signs with `jose`. */
async function servePlain(): Promise<Served> {
  const requests = refreshes(REFRESH_PATH);
  return {
    upgrade: { port: await listen(plainGateway()), requests: await upgrades() },
    fixed: { port: await listen(fixedAnswers()), requests },
    refresh: { port: await listen(signedAnswers()), requests },
  };
}

function plainGateway(): Server {
  const upgrader = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
  const expected = { algorithms: ['HS256'], issuer: config.issuer, audience: config.audience };
  return createServer().on('upgrade', (request: IncomingMessage, socket, head) => {
    const token = (request.headers.authorization ?? '').slice('Bearer '.length);
    jwtVerify(token, key.verifying, expected).then(
      () => upgrader.handleUpgrade(request, socket, head, (ws) => ws.on('error', () => {}).on('message', () => {})),
      () => socket.destroy(),
    );
  });
}

function fixedAnswers(): Server {
  const answer = JSON.stringify({ access_token: 'x'.repeat(300), token_type: 'Bearer', expires_in: 60 });
  return createServer((request, response) => {
    request.resume();
    request.on('end', () => response.setHeader('Content-Type', 'application/json').end(answer));
  });
}

function signedAnswers(): Server {
  return createServer((request, response) => {
    let body = '';
    request.setEncoding('latin1').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const refresh = new URLSearchParams(body).get('refresh_token');
      const claims = {
        sub: 'client-0',
        sid: '0',
        scope: 'command',
        tenant: 't1',
        jti: randomBytes(16).toString('hex'),
      };
      void new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: key.kid, typ: 'JWT' })
        .setIssuer(config.issuer)
        .setAudience(config.audience)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(key.signing)
        .then((token) => {
          const answer = { access_token: token, token_type: 'Bearer', expires_in: 3600, refresh_token: refresh };
          response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
        });
    });
  });
}

async function listen(server: Server): Promise<number> {
  server.listen({ host: HOST, port: 0, backlog: BACKLOG });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`${HOST}: the server has no port`);
  return address.port;
}

/** Upgrade requests as squall's clients write them. */
function upgrades(): Promise<string[]> {
  const now = Date.now();
  const { issuer, audience } = config;
  return Promise.all(
    Array.from({ length: Number(count) }, async (_, client) => {
      const token = await mintAccessToken(key, {
        client,
        session: String(client),
        issuer,
        audience,
        issuedAt: wall(now),
        expiresAt: wall(now + LIFETIME_MS),
        rights: ALL_RIGHTS,
      });
      return (
        `GET / HTTP/1.1\r\nHost: ${HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nAuthorization: Bearer ${token}\r\n` +
        `squall-client: ${client}\r\n\r\n`
      );
    }),
  );
}

function refreshes(path: string): string[] {
  const tokens = new RefreshTokens(refreshSecret);
  return Array.from({ length: Number(count) }, (_, client) => {
    const token = tokens.seal({ client, session: client, generation: 0 });
    const body = `grant_type=refresh_token&refresh_token=${token}&client_id=squall`;
    return (
      `POST ${path} HTTP/1.1\r\nhost: ${HOST}\r\nconnection: keep-alive\r\naccept: application/json\r\n` +
      `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    );
  });
}
