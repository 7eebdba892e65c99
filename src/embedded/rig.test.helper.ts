import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { wall } from '../core/time/instant.ts';
import { importSigningKey, shippedTestJwk, type SigningKey } from '../jwt/keys.ts';
import { mintAccessToken } from '../jwt/mint.ts';
import { RefreshTokens } from '../jwt/refresh-token.ts';
import { EmbeddedTarget } from './embedded.ts';
import { NO_REHEARSALS, roomForClients, type TargetConfig } from './protocol.ts';

const SECRET = Buffer.alloc(32, 9).toString('base64url');

export const REFRESH_TOKENS = new RefreshTokens(SECRET);

/** A target without limits, faults or journal, for ten clients. */
export async function configWith(changes: Partial<TargetConfig> = {}): Promise<TargetConfig> {
  return {
    role: 'all',
    gateway: 0,
    gateways: 1,
    memory: 'kept',
    host: '127.0.0.1',
    gatewayPort: 0,
    tokenPort: 0,
    capacity: { handshakesPerSecond: null, queue: null, refreshesPerSecond: null, refreshQueue: null },
    onExpiry: { kind: 'close' },
    ackDelayMs: 0,
    idempotent: true,
    revocation: { kind: 'push' },
    authorization: 'command',
    reauthentication: 'replaces',
    beforeAuth: 'refused',
    badToken: 'refused',
    closes: 'guided',
    accessLog: 'none',
    accessLogFile: null,
    reuseDetection: 'grace',
    carrier: { kind: 'header' },
    algorithm: 'ES256',
    issuer: 'https://issuer.test',
    audience: 'gateway',
    lifetimeMs: 60_000,
    privateJwk: await shippedTestJwk('ES256'),
    jwksUrl: null,
    refreshSecret: SECRET,
    journalFile: null,
    wallAnchor: null,
    seed: 1,
    count: 10,
    room: roomForClients(changes.count ?? 10),
    perUser: 1,
    claims: null,
    rehearsals: NO_REHEARSALS,
    ...changes,
  };
}

/** A running target in this process, stopped when the test ends. */
export interface Rig {
  readonly target: EmbeddedTarget;
  readonly config: TargetConfig;
  readonly key: SigningKey;
  /** an access token valid for `forMs` from now; negative: expired */
  token(client: number, forMs?: number): Promise<string>;
  dial(options?: ClientOptions, url?: string, protocols?: string[]): Peer;
  /** an open connection of `client` by the header carrier */
  connect(client: number, forMs?: number): Promise<Peer>;
  refresh(token: string): Promise<Response>;
}

export async function startRig(changes: Partial<TargetConfig> = {}): Promise<Rig> {
  const config = await configWith(changes);
  const key = await importSigningKey(config.privateJwk, config.algorithm);
  const target = await EmbeddedTarget.start(config, (error) => {
    throw error;
  });
  onTestFinished(() => target.stop());
  const rig: Rig = {
    target,
    config,
    key,
    token: (client, forMs = 60_000) => mintFor(config, key, client, forMs),
    dial: (options = {}, url = target.gatewayUrl, protocols = []) => new Peer(url, protocols, options),
    connect: async (client, forMs) => {
      const peer = rig.dial({ headers: { authorization: `Bearer ${await rig.token(client, forMs)}` } });
      await peer.opened();
      return peer;
    },
    refresh: (token) => {
      const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token });
      return fetch(target.tokenUrl, { method: 'POST', body });
    },
  };
  return rig;
}

export function mintFor(config: TargetConfig, key: SigningKey, client: number, forMs: number): Promise<string> {
  const { issuer, audience } = config;
  const expiresAt = wall(Date.now() + forMs);
  return mintAccessToken(key, { client, session: 's', issuer, audience, issuedAt: wall(Date.now()), expiresAt });
}

/** A ws client that keeps what it received, so that no frame is lost between two awaits. */
export class Peer {
  readonly socket: WebSocket;
  readonly frames: unknown[] = [];
  /** the close code, or the HTTP status received in place of an upgrade, or the name of the error */
  readonly ended: Promise<number | string>;
  reason = '';
  response: { readonly headers: NodeJS.Dict<string | string[]>; readonly body: string } | undefined;

  constructor(url: string, protocols: string[], options: ClientOptions) {
    this.socket = new WebSocket(url, protocols, options);
    this.socket.on('message', (data) => {
      if (Buffer.isBuffer(data)) this.frames.push(JSON.parse(data.toString()));
    });
    this.ended = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        this.reason = reason.toString();
        resolve(code);
      });
      this.socket.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
      this.socket.on('unexpected-response', (_request, response) => {
        let body = '';
        response.on('data', (chunk) => (body += String(chunk)));
        response.on('end', () => {
          this.response = { headers: response.headers, body };
          resolve(response.statusCode ?? 0);
        });
      });
    });
  }

  async opened(): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN) await once(this.socket, 'open');
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** The `n`-th frame, from 1, once it is there. */
  async frame(n: number): Promise<unknown> {
    while (this.frames.length < n) {
      await once(this.socket, 'message');
    }
    return this.frames[n - 1];
  }
}
