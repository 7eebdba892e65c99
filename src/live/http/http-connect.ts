import { isIP, type LookupFunction } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import type { buildConnector, Client } from 'undici';
import { NETWORK } from '../../core/signal.ts';
import { CONNECT_TIMEOUT_MS } from './connect-timeout.ts';
import type { HttpService } from './http-service.ts';
import { TunnelError } from '../network/io-error.ts';
import type { ProxyPlan } from '../network/proxy-plan.ts';
import { tokenContext } from '../network/secure-contexts.ts';
import type { TlsPlan } from '../network/tls-plan.ts';
import { openTunnel } from './tunnel.ts';

/**
 * Makes undici's connector for one service, which never looks its name up again.
 *
 * @param plan null: TLS of Node
 * @param own context and server name of TLS; absent: those of requests to a token endpoint
 * @example new Client(service.origin, { connect: httpConnector(service, null) })
 */
export function httpConnector(
  { origin, addresses, proxy }: HttpService,
  plan: TlsPlan | null,
  own?: OwnTls,
): NonNullable<Client.Options['connect']> {
  const tls = origin.startsWith('https:') ? secured(plan, own) : null;
  if (proxy === null) return { lookup: inTurn(addresses), ...tls };
  return throughProxy(proxy, addresses[0] ?? '', tls);
}

export interface OwnTls {
  readonly secureContext: SecureContext;
  /** empty: none */
  readonly servername: string;
}

/** Settings for TLS, whose context requests share. */
interface Secured extends Partial<OwnTls> {
  readonly rejectUnauthorized?: boolean;
}

function secured(plan: TlsPlan | null, own?: OwnTls): Secured {
  const settings = own ?? { secureContext: tokenContext(plan) };
  return plan === null ? settings : { ...settings, rejectUnauthorized: plan.verify };
}

/** Looks every name up as these addresses, one after the other. */
function inTurn(addresses: readonly string[]): LookupFunction {
  let turn = 0;
  return (_host, options, found) => {
    const address = addresses[turn++ % addresses.length] ?? '';
    const family = isIP(address);
    if (options.all === true) found(null, [{ address, family }]);
    else found(null, address, family);
  };
}

function throughProxy(proxy: ProxyPlan, host: string, tls: Secured | null): buildConnector.connector {
  return ({ hostname, port, protocol }, callback) => {
    const to = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
    const tunnel = openTunnel(proxy, host, to, {
      failed: ({ signal, said }) => callback(new TunnelError(signal, said), null),
      established: (rest) => {
        if (rest.length > 0) tunnel.unshift(rest);
        if (tls === null) return callback(null, tunnel);
        const servername = isIP(hostname) === 0 ? hostname : '';
        const socket = connectTls({ servername, ...tls, socket: tunnel, host: hostname, ALPNProtocols: ['http/1.1'] });
        const broken = (error: Error): void => callback(error, null);
        // What breaks the tunnel ends the connection within it.
        tunnel.on('error', () => {});
        socket.once('error', broken);
        const late = (): void =>
          void socket.destroy(new TunnelError(NETWORK.timeout, 'TLS behind the proxy did not answer'));
        socket.setTimeout(CONNECT_TIMEOUT_MS, late);
        socket.once('secureConnect', () => {
          socket.setTimeout(0, late);
          socket.off('error', broken);
          callback(null, socket);
        });
      },
    });
  };
}
