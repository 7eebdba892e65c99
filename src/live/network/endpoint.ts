import type { HoleValues } from '../../core/template/template.ts';
import type { ProxyPlan } from './proxy-plan.ts';
import type { Sources } from './sources.ts';
import type { TlsPlan } from './tls-plan.ts';
import type { TlsSessions } from './tls-sessions.ts';

/** Endpoint of an opening handshake. Plain data, which is sent to workers. */
export interface Endpoint {
  /** address to connect to, already resolved and allowed; behind a proxy, it may be a name */
  readonly address: string;
  readonly port: number;
  readonly secure: boolean;
  /** host name for SNI and certificates */
  readonly hostName: string;
  /** value of the Host field */
  readonly authority: string;
  /** path and query, from '/' on */
  readonly path: string;
  /** whether the scenario's template of the path is for another endpoint, since a request before the dial led here */
  readonly ownPath?: boolean;
  /** settings for TLS; absent: those of Node */
  readonly tls?: TlsPlan;
  /** proxy that opens a tunnel to `address`; absent: none */
  readonly proxy?: ProxyPlan;
  /** addresses and ports from which clients connect; absent: those that the kernel chooses */
  readonly sources?: Sources;
  /** whether it is the embedded gateway, whose faults need the client's number in each request */
  readonly ours?: boolean;
}

/** One dial of a client: where to, and what it presents. */
export interface Dial {
  /** number of the client in its worker */
  readonly client: number;
  readonly endpoint: Endpoint;
  /** path and query */
  readonly path: string;
  readonly token: string;
  /** subprotocol in which the protocol itself presents the token; absent: it presents it elsewhere */
  readonly tokenSubprotocol?: string | undefined;
  /** TLS sessions of the clients that resume theirs; absent: none do */
  readonly sessions?: TlsSessions | undefined;
  /** values for templates; `client` is the client's number in the whole population */
  readonly holes: HoleValues;
}
