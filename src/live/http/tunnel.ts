import { isIP, Socket } from 'node:net';
import { NETWORK, type Signal } from '../../core/signal.ts';
import { MAX_HEAD_BYTES, readHead } from './http-head.ts';
import { signalOf } from '../network/io-error.ts';
import type { ProxyPlan } from '../network/proxy-plan.ts';
import { USER_AGENT } from './user-agent.ts';

/** A tunnel that a proxy did not open. */
export interface TunnelFailure {
  readonly signal: Signal;
  /** what the proxy answered, or why nothing came; as the proxy sent it, of bounded length */
  readonly said: string;
}

/** Ends of the opening of a tunnel, of which one is reported, once. */
export interface TunnelEvents {
  /** @param rest bytes of the server that came with the proxy's answer */
  established(rest: Buffer): void;
  failed(failure: TunnelFailure): void;
}

const MAX_SAID_BYTES = 512;
/** Longest wait for a proxy's answer, ms; a client's own timeout is usually shorter. */
const TIMEOUT_MS = 60_000;
const NOTHING = Buffer.alloc(0);

/**
 * Connects to a proxy and asks it for a tunnel to a server.
 *
 * @param host name or address of the server
 * @returns the socket, whose errors the caller has to listen to once the tunnel is established
 */
export function openTunnel(proxy: ProxyPlan, host: string, port: number, events: TunnelEvents): Socket {
  const socket = new Socket({ allowHalfOpen: true });
  let head: Buffer = NOTHING;
  const stop = (): void => {
    socket.off('data', read);
    socket.off('error', broken);
    socket.off('end', ended);
    socket.setTimeout(0);
  };
  const fail = (failure: TunnelFailure): void => {
    stop();
    socket.on('error', () => {});
    socket.destroy();
    events.failed(failure);
  };
  const read = (chunk: Buffer): void => {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const answer = readConnectAnswer(head);
    if (answer === null) return;
    if ('said' in answer) return fail(answer);
    stop();
    events.established(answer.rest);
  };
  const broken = (error: Error): void => fail(unreached(error));
  const ended = (): void => fail({ signal: NETWORK.proxy, said: 'the proxy closed the connection without an answer' });
  socket.on('data', read);
  socket.on('error', broken);
  socket.on('end', ended);
  socket.setTimeout(TIMEOUT_MS, () => fail({ signal: NETWORK.timeout, said: 'the proxy did not answer' }));
  socket.setNoDelay();
  socket.connect({ host: proxy.address, port: proxy.port });
  socket.write(connectRequest(proxy, host, port), 'latin1');
  return socket;
}

function connectRequest({ authorization }: ProxyPlan, host: string, port: number): string {
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const credentials = authorization === null ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nUser-Agent: ${USER_AGENT}\r\n${credentials}\r\n`;
}

/** Reads a proxy's answer; null: it is incomplete. Any status of 2xx opens the tunnel, and no body follows it. */
function readConnectAnswer(bytes: Buffer): { readonly rest: Buffer } | TunnelFailure | null {
  const head = readHead(bytes, 0);
  if (head === 'incomplete') return null;
  if (head === 'no-http') return noHttp(bytes);
  if (head === 'too-large')
    return { signal: NETWORK.proxy, said: `the proxy answered with a head of more than ${MAX_HEAD_BYTES} bytes` };
  const { status } = head;
  const rest = bytes.subarray(head.end);
  if (status >= 200 && status < 300) return { rest };
  const wanted = status === 407 ? 'the proxy wants credentials' : 'the proxy refused the tunnel';
  return {
    signal: NETWORK.proxy,
    said: `${wanted}: HTTP ${status} ${rest.toString('utf8', 0, MAX_SAID_BYTES)}`.trim(),
  };
}

function noHttp(bytes: Buffer): TunnelFailure {
  return { signal: NETWORK.proxy, said: `the proxy speaks no HTTP: ${bytes.toString('utf8', 0, MAX_SAID_BYTES)}` };
}

/** A socket that this machine could not open is no failure of the proxy. */
function unreached(error: Error): TunnelFailure {
  const signal = signalOf(error);
  if (signal === NETWORK.localLimit) return { signal, said: '' };
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return { signal: NETWORK.proxy, said: `the proxy could not be reached${code}` };
}
