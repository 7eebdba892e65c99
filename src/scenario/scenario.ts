import type { HeartbeatBehaviour } from '../core/client/context.ts';
import type { LoopLimit } from '../core/client/loop-detector.ts';
import type { BackoffPolicy } from '../core/policy/backoff.ts';
import type { RefreshPolicy } from '../core/policy/refresh.ts';
import type { OnExpiry } from '../core/server/expiry.ts';
import type { Revocation } from '../core/server/revocation-feed.ts';
import type { ReuseDetection } from '../core/server/rotation.ts';
import type { Fault } from '../core/fault/fault.ts';
import type { Time } from '../core/random/time.ts';
import type { Algorithm, Carrier, Renewal } from '../core/token/carrier.ts';

/**
 * A validated scenario: every default filled in, every unit converted, every preset spelled out, frozen to the
 * bottom. Nothing past `scenario/` reads YAML or knows a default.
 */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** every random draw descends from it; 0..2^32-1 */
  readonly seed: number;
  readonly durationMs: number;
  readonly target: EmbeddedTarget | UrlTarget;
  readonly tokens: TokenPlan;
  readonly clients: ClientPlan;
  readonly faults: readonly Fault[];
  readonly thresholds: readonly ThresholdPlan[];
  readonly generator: GeneratorPlan;
  readonly model: ModelPlan;
  /** what the file says that it comes to; null when it does not say */
  readonly expect: Expectation | null;
}

export interface Expectation {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** the thresholds that do not pass: these, and no others */
  readonly because: readonly string[];
  /** in which world it is expected; in the other one nothing is */
  readonly world: 'both' | 'run' | 'simulate';
}

export interface EmbeddedTarget {
  readonly kind: 'embedded';
  readonly capacity: Capacity;
  readonly onExpiry: OnExpiry;
  /** does the gateway drop a command id that it has seen? */
  readonly idempotent: boolean;
  /** from a command's effect to its acknowledgement, as in a service that has others to tell first */
  readonly ackDelayMs: number;
  /** gateway processes, among which connections are shared out */
  readonly gateways: number;
  /** how a gateway hears that a session was revoked or a right taken away */
  readonly revocation: Revocation;
  /** when it is looked at whether a client may issue commands: as it connects, or for each command */
  readonly authorization: 'connect' | 'command';
  /** does a token that is presented in band replace the connection's rights and expiry, or is it merely acknowledged? */
  readonly reauthentication: 'replaces' | 'ignored';
  /** commands that come before the token was accepted */
  readonly beforeAuth: 'refused' | 'accepted';
  /** a bad token: the connection is refused, or goes on as nobody's */
  readonly badToken: 'refused' | 'anonymous';
  /** `guided`: closes carry a code and advice; `bare`: the connection merely ends, which clients see as 1006 */
  readonly closes: 'guided' | 'bare';
  /** of upgrade requests, in the results folder: none, without tokens, or as they came */
  readonly accessLog: 'none' | 'scrubbed' | 'raw';
  /** what becomes of a refresh token that is used again (RFC 9700 section 4.14.2) */
  readonly reuseDetection: ReuseDetection;
}

/** What the embedded target can do per second, and how much it lets wait; Infinity for no limit. */
export interface Capacity {
  readonly handshakesPerSecond: number;
  /** handshakes that may wait; one more is refused with HTTP 503 */
  readonly queue: number;
  readonly refreshesPerSecond: number;
  /** refreshes that may wait; one more is refused with HTTP 503 */
  readonly refreshQueue: number;
}

export interface UrlTarget {
  readonly kind: 'url';
  /** ws: or wss: */
  readonly url: string;
  /** host names that may be addressed although they are not loopback */
  readonly allow: readonly string[];
  /** attempts a second towards a host that is not loopback */
  readonly maxAttemptsPerSecond: number;
  readonly messages: MessageFormat;
}

/** How frames of a foreign protocol are written and told apart. Templates have the holes of template.ts. */
export interface MessageFormat {
  /** first message, or in-band re-authentication */
  readonly authenticate: string;
  readonly authenticated: FrameMatch;
  readonly authRefused: FrameMatch;
  readonly command: string;
  readonly ack: FrameMatch;
  /** where in an ack frame, or one that refuses, the command id stands: a dotted path */
  readonly ackId: string;
  /** the frame that refuses a command; tried after `ack` and `authRefused` */
  readonly refused: FrameMatch;
  readonly expiring: FrameMatch;
}

/** A JSON frame matches when each dotted path holds the value given. No paths: matches nothing. */
export type FrameMatch = Readonly<Record<string, string | number | boolean>>;

export interface TokenPlan {
  readonly lifetimeMs: number;
  /** `together`: all first tokens share one expiry; `spread`: expiries uniform over one lifetime */
  readonly issued: 'together' | 'spread';
  readonly algorithm: Algorithm;
  readonly carrier: Carrier;
  readonly renewal: Renewal;
  readonly issuer: string;
  readonly audience: string;
  /** file with a private JWK; null for the test key that squall ships */
  readonly keyFile: string | null;
  readonly refresh: RefreshPolicy & RefreshTransport;
}

export interface RefreshTransport {
  /** the token endpoint of a URL target; null: embedded's own, or, with a URL target, minted locally */
  readonly url: string | null;
  /** false: a fresh TCP connection for each request, as separate devices would have */
  readonly pooled: boolean;
  /** file with one refresh token a line, for a URL target's endpoint */
  readonly tokensFile: string | null;
}

export interface ClientPlan {
  readonly count: number;
  /** devices that share one account, one after the other in the order of arrival */
  readonly perUser: number;
  readonly arrive: ArrivalPlan;
  /** the preset's name, or 'custom' */
  readonly backoffName: string;
  readonly backoff: BackoffPolicy;
  /** from the dial to ready */
  readonly connectTimeoutMs: number;
  readonly clockSkew: ClockSkew;
  readonly commands: CommandPlan | null;
  readonly heartbeat: HeartbeatBehaviour | null;
  readonly loop: LoopLimit;
}

/**
 * When clients make their first attempts. `even`: at equal distances, one after the other; `poisson`: at distances that
 * are exponentially distributed and independent, of the same mean.
 */
export type ArrivalPlan = (
  | { readonly by: 'over'; readonly overMs: number }
  /** of all clients together */
  | { readonly by: 'rate'; readonly perSecond: number }
) & { readonly process: 'even' | 'poisson' };

/** A client's clock minus true time. */
export type ClockSkew =
  | { readonly kind: 'fixed'; readonly offsetMs: number }
  | { readonly kind: 'normal'; readonly sdMs: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number };

export interface CommandPlan {
  /** per client */
  readonly perSecond: number;
  readonly ackTimeoutMs: number;
  /** `resend`: unacknowledged commands are sent again, and those that came due meanwhile are sent; `drop`: neither */
  readonly onReconnect: 'resend' | 'drop';
  /** sent on an open socket, although the first message is not answered yet; means something with carrier `message` */
  readonly beforeAuth: boolean;
}

export interface ThresholdPlan {
  readonly expression: string;
  /** end the run as soon as it fails */
  readonly abort: boolean;
  /** not before this time has passed since the run's start */
  readonly graceMs: number;
  /** what a limit such as `1.2x baseline` refers to; absent where none was given */
  readonly baseline?: BaselineValue;
}

/** What an earlier run came to. */
export interface BaselineValue {
  /** in the metric's own unit: ms, events a second, a count, a ratio */
  readonly value: number;
  /** share of the limit by which runs of the same setting differ anyway */
  readonly tolerance: number;
}

export interface GeneratorPlan {
  /** 0: chosen from the cores */
  readonly workers: number;
  /** the lateness p99 above which the verdict is inconclusive */
  readonly maxLatenessP99Ms: number;
  /** a live run ends when nobody is ready this long after the first attempt must have timed out; Infinity: never */
  readonly giveUpAfterMs: number;
}

/** What `squall simulate` has in place of a target, a network and a machine. */
export interface ModelPlan {
  readonly gateways: number;
  /** of each gateway; Infinity for no limit */
  readonly handshakesPerSecond: number;
  /** handshakes that may wait at each gateway */
  readonly queue: number;
  /** open connections that each gateway holds; one more is refused with HTTP 503 */
  readonly connectionsPerGateway: number;
  /** of the token service */
  readonly refreshesPerSecond: number;
  readonly refreshQueue: number;
  /** how the time of one handshake or refresh is distributed about its mean */
  readonly service: 'fixed' | 'exponential';
  /** of a message, one way */
  readonly latency: Time;
  /** share of attempts that the network loses */
  readonly loss: number;
}
