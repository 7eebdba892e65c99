import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { bearerOf } from '../embedded/bearer.ts';

/**
 * A token endpoint that takes each refresh token once, as RFC 9700 (section 4.14.2) wants it, beside a gateway that
 * takes its access tokens.
 */
export interface RotatingService {
  readonly tokenUrl: string;
  readonly gatewayUrl: string;
  /** refresh tokens that were presented a second time */
  readonly reused: readonly string[];
  /** tokens that the endpoint has issued */
  readonly issued: number;
  /** the refresh token of each user that it would take next, in the order of the users */
  valid(): readonly string[];
}

/** @param tail ends each refresh token; tokens of fewer than 32 characters are too short for `squall leaks` */
export async function rotatingService(
  users: number,
  lifetimeSeconds: number,
  tail = (): string => '',
): Promise<RotatingService> {
  const valid = Array.from({ length: users }, (_, user) => `refresh-${user}-0${tail()}`);
  const access = new Set<string>();
  const reused: string[] = [];
  const endpoint = createServer((request, response) => {
    request.setEncoding('utf8').once('data', (body: string) => {
      const presented = new URLSearchParams(body).get('refresh_token') ?? '';
      const user = valid.indexOf(presented);
      if (user === -1) {
        reused.push(presented);
        response.writeHead(400).end('{"error":"invalid_grant"}');
        return;
      }
      const generation = Number(presented.split('-')[2]) + 1;
      valid[user] = `refresh-${user}-${generation}${tail()}`;
      const token = `access-${user}-${generation}`;
      access.add(token);
      response.end(JSON.stringify({ access_token: token, expires_in: lifetimeSeconds, refresh_token: valid[user] }));
    });
  });
  const gateway = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    verifyClient: ({ req }: { req: Parameters<typeof bearerOf>[0] }) =>
      access.has(bearerOf(req, { kind: 'header' }) ?? ''),
  });
  endpoint.listen(0, '127.0.0.1');
  onTestFinished(() => {
    endpoint.closeAllConnections();
    endpoint.close();
    gateway.close();
  });
  await Promise.all([once(endpoint, 'listening'), once(gateway, 'listening')]);
  return {
    tokenUrl: `http://127.0.0.1:${portOf(endpoint.address())}/token`,
    gatewayUrl: `ws://127.0.0.1:${portOf(gateway.address())}/`,
    reused,
    get issued() {
      return access.size;
    },
    valid: () => [...valid],
  };
}

function portOf(address: unknown): number {
  return (address as AddressInfo).port;
}
