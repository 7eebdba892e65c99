import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { wall } from '../core/time/instant.ts';
import { importSigningKey } from '../jwt/keys.ts';
import { mintAccessToken } from '../jwt/mint.ts';
import { RefreshTokens } from '../jwt/refresh-token.ts';
import { EmbeddedTarget } from './embedded.ts';
import type { TargetConfig } from './protocol.ts';
import { silently } from './session-channel.ts';

/** Requests that are under way at once. */
const AT_A_TIME = 40;
/** Longest time of one request, ms. */
const TIMEOUT_MS = 5000;
/** A close frame of a client, code 1000, masked with zeros. */
const CLOSE_FRAME = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);

const UNLIMITED: TargetConfig['capacity'] = {
  handshakesPerSecond: null,
  queue: null,
  refreshesPerSecond: null,
  refreshQueue: null,
};

/**
 * Makes V8 compile what answers handshakes and refreshes, so that the first storm of a run meets no cold code: another
 * target in this process, on ports of its own, answers `config.rehearsals` requests of the kind that this process will
 * get. It shares no count, journal, log or session with the target that serves the run, and is gone before that starts.
 */
export async function rehearse(config: TargetConfig): Promise<void> {
  const isTokenService = config.role === 'token-service';
  const rehearsals = config.rehearsals[isTokenService ? 'refreshes' : 'handshakes'];
  if (rehearsals === 0) return;
  await silently(async () => {
    const stage = await EmbeddedTarget.start(stageOf(config, rehearsals), () => {});
    try {
      const request = isTokenService ? await refreshes(stage, config) : await handshakes(stage, config);
      for (let done = 0; done < rehearsals; done += AT_A_TIME)
        await Promise.all(Array.from({ length: Math.min(AT_A_TIME, rehearsals - done) }, (_, n) => request(done + n)));
    } finally {
      stage.stop();
    }
  });
}

function stageOf(config: TargetConfig, count: number): TargetConfig {
  return {
    ...config,
    role: config.role === 'token-service' ? 'token-service' : 'all',
    gateway: 0,
    gateways: 1,
    gatewayPort: 0,
    tokenPort: 0,
    jwksUrl: null,
    journalFile: null,
    accessLogFile: null,
    capacity: UNLIMITED,
    carrier: { kind: 'header' },
    count,
  };
}

type Rehearse = (client: number) => Promise<void>;

async function handshakes({ gatewayUrl }: EmbeddedTarget, config: TargetConfig): Promise<Rehearse> {
  const { issuer, audience, privateJwk, algorithm } = config;
  const key = await importSigningKey(privateJwk, algorithm);
  const now = Date.now();
  const token = await mintAccessToken(key, {
    client: 0,
    session: '0',
    issuer,
    audience,
    issuedAt: wall(now),
    expiresAt: wall(now + config.lifetimeMs + TIMEOUT_MS),
  });
  const { host, hostname, port } = new URL(gatewayUrl);
  return () =>
    exchange(
      hostname,
      Number(port),
      `GET / HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
      CLOSE_FRAME,
    );
}

async function refreshes({ tokenUrl }: EmbeddedTarget, { refreshSecret }: TargetConfig): Promise<Rehearse> {
  const tokens = new RefreshTokens(refreshSecret);
  const { host, hostname, port, pathname } = new URL(tokenUrl);
  return (client) => {
    const body = `grant_type=refresh_token&refresh_token=${tokens.seal({ client, session: client, generation: 0 })}`;
    return exchange(
      hostname,
      Number(port),
      `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body}`,
      null,
    );
  };
}

/**
 * One request on one connection; what is answered does not matter. Never rejects.
 * @param last written when an answer has come, before the connection ends
 */
async function exchange(host: string, port: number, request: string, last: Buffer | null): Promise<void> {
  const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port, noDelay: true });
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
  socket.on('error', () => {});
  socket.once('data', () => {
    if (last === null) socket.end();
    else socket.end(last);
  });
  socket.write(request, 'latin1');
  await once(socket, 'close').catch(() => {});
}
