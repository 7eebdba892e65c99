import { slotOf } from '../core/client/context.ts';
import { anotherThan } from '../core/fault/refresh.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { CLOSE, type CloseNotice } from '../core/server/closes.ts';
import { NOBODY, UnauthorizedCount } from '../core/server/unauthorized.ts';
import { mayChange, sessionsDiffer } from './gateway-behaviour.ts';
import { TOKEN_FLAG, keyOf } from './token-flags.ts';
import { KnownKeys } from './known-keys.ts';
import { CONNECTION, MODEL_ALARM, SESSION } from './columns.ts';
import type { World } from './world.ts';

/** What becomes of a command that has reached its gateway. */
export type Fate = 'done' | 'refused' | 'closes';

/** What gateways make of tokens and of the connections that present them, and what they should not have done. */
export class Sessions {
  readonly #world: World;
  /** what would otherwise never be anything but 0 is not even read: memory that nobody reads costs nothing */
  readonly #tokensDiffer: boolean;
  readonly #sessionsDiffer: boolean;
  /** of each gateway; null where keys never change */
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

  /** A gateway starts anew. */
  restart(gateway: number, now: number): void {
    this.#keys?.[gateway]?.start(now);
  }

  /** Whether the token is good that the client has presented. */
  trusts(client: number, expiresAt: number, at: number): boolean {
    const { authority, columns } = this.#world;
    if (expiresAt <= authority.clocks.gateway.at(at)) return false;
    if (this.#keys === null) return true;
    return this.#keys[columns.gateway[client]!]!.has(keyOf(columns.presentedFlags[client]!), at);
  }

  /** The token in hand is what the client presents from now on. */
  present(client: number): void {
    if (!this.#tokensDiffer) return;
    const { tokenFlags, presentedFlags } = this.#world.columns;
    presentedFlags[client] = tokenFlags[client]!;
  }

  /** Whether the gateways have heard that the session is over whose token the client has presented. */
  isOver(client: number): boolean {
    if (!this.#tokensDiffer) return false;
    const { authority, columns } = this.#world;
    return authority.heard.hasLost(this.#subject(client, columns.presentedFlags[client]!), 'session');
  }

  /** The connection goes by the token that was presented. */
  admit(client: number): void {
    this.#become(client, this.#tokensDiffer ? flagsOf(this.#world.columns.presentedFlags[client]!) : 0);
  }

  /** The connection waits for a token in a message. */
  awaitToken(client: number): void {
    this.#become(client, SESSION.nobody);
  }

  /** The connection goes on as nobody's, although its token was no good. */
  admitAnonymous(client: number): void {
    this.#anonymous += 1;
    this.#become(client, SESSION.nobody | SESSION.anonymous);
  }

  warned(client: number): void {
    this.#become(client, this.#world.columns.session[client]! | SESSION.warned);
  }

  is(client: number, flags: number): boolean {
    return this.#sessionsDiffer && (this.#world.columns.session[client]! & flags) !== 0;
  }

  /**
   * What a gateway makes of a token that was presented in a message: a close is its answer to one that breaks a rule.
   *
   * @param isFirst the client presents it in its first message
   */
  verify(client: number, isFirst: boolean, now: MonoMs): 'accepted' | 'refused' | CloseNotice {
    const { columns, context, behaviour } = this.#world;
    const { expiresAt, presentedExpiresAt } = context.columns;
    const wasNobody = this.is(client, SESSION.nobody);
    // In band the token in hand is the one presented, since a newer one would have been presented anew; what the
    // client has noted down as presented is then still the one before.
    const presented = (isFirst ? presentedExpiresAt : expiresAt)[client]!;
    if (!this.trusts(client, presented, now)) {
      if (!wasNobody || behaviour.badToken === 'refused') return 'refused';
      if (!this.is(client, SESSION.anonymous)) this.admitAnonymous(client);
      return 'accepted';
    }
    if (!wasNobody && this.#changesSubject(client)) return CLOSE.subjectChanged;
    if (this.isOver(client)) return CLOSE.sessionRevoked;
    const ignored = behaviour.reauthentication === 'ignored';
    if (ignored) columns.newestExpiresAt[client] = presented;
    if (wasNobody || !ignored) {
      this.admit(client);
      columns.expiresAt[client] = presented;
      context.queue.clear(slotOf(client, MODEL_ALARM.expiry));
    }
    return 'accepted';
  }

  /** Whether it is open and authenticated. The acceptance may still be on its way. */
  isReady(client: number): boolean {
    const link = this.#world.columns.connection[client]!;
    return link >= CONNECTION.open && link <= CONNECTION.acknowledged && !this.is(client, SESSION.nobody);
  }

  /** What is done about a command of this client. */
  fate(client: number): Fate {
    const { behaviour, authority } = this.#world;
    const session = this.#world.columns.session[client]!;
    if ((session & SESSION.nobody) !== 0) {
      if (behaviour.beforeAuth === 'accepted') return 'done';
      return (session & SESSION.anonymous) !== 0 ? 'refused' : 'closes';
    }
    if ((session & (SESSION.otherSubject | SESSION.noCommand)) !== 0) return 'refused';
    return this.#eachCommand && !authority.heard.mayCommand(client) ? 'refused' : 'done';
  }

  /** A command of this client has taken effect, whether or not it should have. */
  tookEffect(client: number, now: MonoMs): void {
    const { behaviour, columns } = this.#world;
    const expiresAt = behaviour.reauthentication === 'ignored' ? columns.newestExpiresAt : columns.expiresAt;
    this.#unauthorized.tookEffect(this.is(client, SESSION.nobody) ? NOBODY : client, expiresAt[client]!, now);
  }

  /** The first of its rights has been taken from a client, whether or not the gateway hears of it. */
  downgrade(client: number): void {
    if (this.isReady(client) && !this.is(client, SESSION.noCommand)) this.#downgraded += 1;
  }

  /** Whether the token that was presented is another client's than the connection. */
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
