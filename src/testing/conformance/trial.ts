import type { Figure, Figures } from './figures.ts';

/** What only a target by URL has. Such a trial does not take place at the embedded target, and the URL sets its figures. */
export interface Foreign {
  /** whether devices of a user share token requests (`flight: user`), by which they also get their first tokens */
  readonly sharesTokens?: true;
  /** protocol of the target; default: squall's own */
  readonly protocol?: string | object;
  /** a server that is none of squall's, which accepts the tokens that squall mints; default: squall's own, as in `squall serve` */
  readonly server?: ForeignServer;
}

/** A server in a process of its own, with its options. Times are texts, which can be slowed. */
export type ForeignServer =
  | {
      readonly name: 'gateway';
      readonly carrier: 'message' | 'ticket';
      readonly greets?: true;
      readonly joins?: true;
      readonly farewell?: true;
      readonly ping?: string;
    }
  | { readonly name: 'graphql'; readonly subprotocol: 'graphql-transport-ws' | 'graphql-ws' }
  | { readonly name: 'socket.io' }
  | { readonly name: 'stomp' }
  | { readonly name: 'centrifugo' }
  | { readonly name: 'mqtt' }
  | { readonly name: 'phoenix' | 'supabase' | 'actioncable' | 'pusher' | 'hocuspocus' }
  | { readonly name: 'nats' }
  | { readonly name: 'signalr' | 'web-pubsub' | 'appsync-events' };

/** Where a trial takes place: real sockets and the embedded target, real sockets and a URL, or virtual time. */
export const WORLDS = ['embedded', 'url', 'sim'] as const;

export type World = (typeof WORLDS)[number];

/**
 * A small scenario that exercises some cells of the tables, with the figures that every world must show. Its sections
 * are those of a scenario file; `BASE` has the defaults.
 *
 * The figures must not depend on the machine's speed. So clients connect long before the first fault, faults lie apart
 * in calm phases, and no client has time for a second retry. All times may be multiplied by one factor, which gives a
 * busy machine more time and changes no figure.
 */
export interface Trial {
  readonly duration?: string;
  readonly target?: object;
  readonly tokens?: object;
  readonly clients?: object;
  readonly faults?: readonly object[];
  readonly foreign?: Foreign;
  /** true if squall mints the tokens towards a URL; otherwise a token service beside it issues them */
  readonly mints?: true;
  /**
   * true if, towards a URL, each two clients begin with refresh tokens of one session, two generations apart, as when a
   * token was copied; in the other worlds each client has its own session
   */
  readonly sharedSessions?: true;
  /**
   * worlds that do not support the trial, with squall's messages: errors of the scenario for a URL, warnings about
   * faults left out in virtual time
   */
  readonly without?: Readonly<Partial<Record<'url' | 'sim', readonly string[]>>>;
  /** figures that rightly differ in a world, with the reason */
  readonly differs?: Readonly<Partial<Record<World, { readonly why: string; readonly shows: Partial<Figures> }>>>;
  /** figures compared only by which counts are not 0, with the reason why their size depends on the machine */
  readonly unsized?: { readonly why: string; readonly figures: readonly Figure[] };
  /** figures that prove that the trial exercised its cells */
  readonly shows: Partial<Figures>;
}

/** The world whose figures the others must show. */
export function referenceOf({ foreign }: Trial): World {
  return foreign === undefined ? 'embedded' : 'url';
}

/** The worlds in which a trial takes place; virtual time is always one. */
export function worldsOf(trial: Trial): readonly World[] {
  return WORLDS.filter((world) =>
    world === 'embedded' ? trial.foreign === undefined : world === 'sim' || trial.without?.url === undefined,
  );
}

/** Trials by name; the compiler keeps the names for the tables of cells. */
export function trials<Name extends string>(named: Readonly<Record<Name, Trial>>): Readonly<Record<Name, Trial>> {
  return named;
}
