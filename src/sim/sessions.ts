import { slotOf } from '../core/client/context.ts';
import { anotherThan } from '../core/fault/refresh.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { CLOSE, type CloseNotice } from '../core/server/closes.ts';
import { UNAUTHENTICATED, UnauthorizedCount } from '../core/server/unauthorized.ts';
import { mayChange, sessionsDiffer } from './gateway-behaviour.ts';
import { TOKEN_FLAG, keyOf } from './token-flags.ts';
import { KnownKeys } from './known-keys.ts';
import { isOpen, MODEL_ALARM, SESSION } from './columns.ts';
import type { World } from './world.ts';

/** What a gateway does with a command: it carries it out, refuses it, or closes the connection. */
export type CommandDecision = 'done' | 'refused' | 'closes';

/** Gateways' decisions about tokens, connections and commands, with counts of the wrong ones. */
export class Sessions {
  readonly #world: World;
  /** whether tokens may differ; if not, their columns stay unread and cost no memory */
  readonly #tokensDiffer: boolean;
  readonly #sessionsDiffer: boolean;
  /** known keys of each gateway; null: keys never change */
  readonly #keys: readonly KnownKeys[] | null;
  readonly #eachCommand: boolean;
  readonly #unauthorized: UnauthorizedCount;
  #anonymous = 0;
  #downgraded = 0;

  constructor(world: World) {
    const { scenario, behaviour, authority } = world;
    this.#world = world;
    this.#unauthorized = new UnauthorizedCount(authority.accounts);
    this.#eachCommand = behaviour.authorization === 'command';
    this.#tokensDiffer = mayChange('tokens', scenario);
    this.#sessionsDiffer = sessionsDiffer(scenario);
    const keysChange = mayChange('signing-keys', scenario);
    const { gateways } = scenario.model;
    this.#keys = keysChange ? Array.from({ length: gateways }, () => new KnownKeys(authority.keys)) : null;
  }

  get counts() {
    return {
      unauthorized: this.#unauthorized.counts,
      anonymous: this.#anonymous,
      downgraded: this.#downgraded,
    };
  }

  /** Starts a gateway anew. */
  restart(gateway: number, now: number): void {
    this.#keys?.[gateway]?.start(now);
  }

  /** Returns whether the token that the client has presented is valid. */
  trusts(client: number, expiresAt: number, at: number): boolean {
    const { authority, columns } = this.#world;
    if (expiresAt <= authority.clocks.gateway.at(at)) return false;
    if (this.#keys === null) return true;
    return this.#keys[columns.gateway[client]!]!.has(keyOf(columns.presentedFlags[client]!), at);
  }

  /** Notes the client's current token as presented. */
  present(client: number): void {
    if (!this.#tokensDiffer) return;
    const { tokenFlags, presentedFlags } = this.#world.columns;
    presentedFlags[client] = tokenFlags[client]!;
  }

  /** Returns whether the gateways know that the session of the presented token is over. */
  isOver(client: number): boolean {
    if (!this.#tokensDiffer) return false;
    const { authority, columns } = this.#world;
    return authority.heard.hasLost(this.#subject(client, columns.presentedFlags[client]!), 'session');
  }

  /** Authenticates the connection by the presented token. */
  admit(client: number): void {
    this.#become(client, this.#tokensDiffer ? flagsOf(this.#world.columns.presentedFlags[client]!) : 0);
  }

  /** Opens the connection unauthenticated, to wait for a token in a message. */
  awaitToken(client: number): void {
    this.#become(client, SESSION.unauthenticated);
  }

  /** Continues the connection as anonymous although its token was bad. */
  admitAnonymous(client: number): void {
    this.#anonymous += 1;
    this.#become(client, SESSION.unauthenticated | SESSION.anonymous);
  }

  warned(client: number): void {
    this.#become(client, this.#world.columns.session[client]! | SESSION.warned);
  }

  is(client: number, flags: number): boolean {
    return this.#sessionsDiffer && (this.#world.columns.session[client]! & flags) !== 0;
  }

  /**
   * Verifies a token that was presented in a message; a CloseNotice is the answer to one that breaks a rule.
   *
   * @param isFirst whether the client presents it in its first message
   */
  verify(client: number, isFirst: boolean, now: MonoMs): 'accepted' | 'refused' | CloseNotice {
    const { columns, context, behaviour } = this.#world;
    const { offeredExpiresAt, presentedExpiresAt } = context.columns;
    const wasUnauthenticated = this.is(client, SESSION.unauthenticated);
    // In band, the column of presented tokens still holds the one before, and the client may have a newer one in hand.
    const presented = isFirst ? presentedExpiresAt.at(client) : offeredExpiresAt[client]!;
    if (!this.trusts(client, presented, now)) {
      if (!wasUnauthenticated || behaviour.badToken === 'refused') return 'refused';
      if (!this.is(client, SESSION.anonymous)) this.admitAnonymous(client);
      return 'accepted';
    }
    if (!wasUnauthenticated && this.#changesSubject(client)) return CLOSE.subjectChanged;
    if (this.isOver(client)) return CLOSE.sessionRevoked;
    const ignored = behaviour.reauthentication === 'ignored';
    if (ignored) columns.newestExpiresAt[client] = presented;
    if (wasUnauthenticated || !ignored) {
      this.admit(client);
      columns.expiresAt[client] = presented;
      context.queue.clear(slotOf(client, MODEL_ALARM.expiry));
    }
    return 'accepted';
  }

  /** Returns whether the connection is open and authenticated; the acceptance may still be on its way. */
  isReady(client: number): boolean {
    return isOpen(this.#world.columns, client) && !this.is(client, SESSION.unauthenticated);
  }

  /** Decides on a command of this client. */
  decide(client: number): CommandDecision {
    const { behaviour, authority } = this.#world;
    const session = this.#world.columns.session[client]!;
    if ((session & SESSION.unauthenticated) !== 0) {
      if (behaviour.beforeAuth === 'accepted') return 'done';
      return (session & SESSION.anonymous) !== 0 ? 'refused' : 'closes';
    }
    if ((session & (SESSION.otherSubject | SESSION.noCommand)) !== 0) return 'refused';
    return this.#eachCommand && !authority.heard.mayCommand(client) ? 'refused' : 'done';
  }

  /** Counts an effect that should have been refused. */
  tookEffect(client: number, now: MonoMs): void {
    const { behaviour, columns } = this.#world;
    const expiresAt = behaviour.reauthentication === 'ignored' ? columns.newestExpiresAt : columns.expiresAt;
    this.#unauthorized.tookEffect(
      this.is(client, SESSION.unauthenticated) ? UNAUTHENTICATED : client,
      expiresAt[client]!,
      now,
    );
  }

  /** Counts a ready session whose client loses its first right, whether or not the gateway learns of it. */
  downgrade(client: number): void {
    if (this.isReady(client) && !this.is(client, SESSION.noCommand)) this.#downgraded += 1;
  }

  /** Returns whether the presented token belongs to another client than the connection. */
  #changesSubject(client: number): boolean {
    if (!this.#tokensDiffer) return false;
    const { columns } = this.#world;
    return ((flagsOf(columns.presentedFlags[client]!) ^ columns.session[client]!) & SESSION.otherSubject) !== 0;
  }

  #become(client: number, session: number): void {
    if (this.#sessionsDiffer) this.#world.columns.session[client] = session;
  }

  #subject(client: number, tokenFlags: number): number {
    return (tokenFlags & TOKEN_FLAG.otherSubject) === 0
      ? client
      : anotherThan(client, this.#world.scenario.clients.count);
  }
}

function flagsOf(tokenFlags: number): number {
  return (
    ((tokenFlags & TOKEN_FLAG.noCommand) === 0 ? 0 : SESSION.noCommand) |
    ((tokenFlags & TOKEN_FLAG.otherSubject) === 0 ? 0 : SESSION.otherSubject)
  );
}
