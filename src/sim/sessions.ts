import { anotherThan } from '../core/fault/refresh.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { NOBODY, UnauthorizedCount } from '../core/server/unauthorized.ts';
import { mayChange, sessionsDiffer } from './gateway-behaviour.ts';
import { TOKEN_FLAG, keyOf } from './token-flags.ts';
import { KnownKeys } from './known-keys.ts';
import { LINK, SESSION } from './links.ts';
import type { World } from './world.ts';

/** What becomes of a command that has reached its gateway. */
export type Fate = 'done' | 'refused' | 'closes';

/** What gateways make of tokens and of the connections that present them, and what they should not have done. */
export class Sessions {
  readonly #world: World;
  /** what would otherwise never be anything but 0 is not even looked at: memory that nobody reads costs nothing */
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

  /** Is the token good that the client has presented? */
  trusts(client: number, expiresAt: number, at: number): boolean {
    const { authority, links } = this.#world;
    if (expiresAt <= authority.clocks.gateway.at(at)) return false;
    if (this.#keys === null) return true;
    return this.#keys[links.gateway[client]!]!.has(keyOf(links.presentedGrade[client]!), at);
  }

  /** The token in hand is what the client presents from now on. */
  present(client: number): void {
    if (!this.#tokensDiffer) return;
    const { tokenGrade, presentedGrade } = this.#world.links;
    presentedGrade[client] = tokenGrade[client]!;
  }

  /** Have the gateways heard that the session is over whose token the client has presented? */
  isOver(client: number): boolean {
    if (!this.#tokensDiffer) return false;
    const { authority, links } = this.#world;
    return authority.heard.hasLost(this.#subject(client, links.presentedGrade[client]!), 'session');
  }

  /** The connection goes by the token that was presented. */
  admit(client: number): void {
    this.#become(client, this.#tokensDiffer ? flagsOf(this.#world.links.presentedGrade[client]!) : 0);
  }

  /** It waits for a token in a message. */
  awaitToken(client: number): void {
    this.#become(client, SESSION.nobody);
  }

  /** It goes on as nobody's, although its token was no good. */
  admitAnonymous(client: number): void {
    this.#anonymous += 1;
    this.#become(client, SESSION.nobody | SESSION.anonymous);
  }

  warned(client: number): void {
    this.#become(client, this.#world.links.session[client]! | SESSION.warned);
  }

  is(client: number, flags: number): boolean {
    return this.#sessionsDiffer && (this.#world.links.session[client]! & flags) !== 0;
  }

  /** Is the token that was presented somebody else's than the connection is? */
  changesSubject(client: number): boolean {
    if (!this.#tokensDiffer) return false;
    const { links } = this.#world;
    return ((flagsOf(links.presentedGrade[client]!) ^ links.session[client]!) & SESSION.otherSubject) !== 0;
  }

  /** Is it open, and authenticated? The acceptance may still be on its way. */
  isReady(client: number): boolean {
    const link = this.#world.links.link[client]!;
    return link >= LINK.open && link <= LINK.acknowledged && !this.is(client, SESSION.nobody);
  }

  /** What is done about a command of this client. */
  fate(client: number): Fate {
    const { behaviour, authority } = this.#world;
    const session = this.#world.links.session[client]!;
    if ((session & SESSION.nobody) !== 0) {
      if (behaviour.beforeAuth === 'accepted') return 'done';
      return (session & SESSION.anonymous) !== 0 ? 'refused' : 'closes';
    }
    if ((session & (SESSION.otherSubject | SESSION.noCommand)) !== 0) return 'refused';
    return this.#eachCommand && !authority.heard.mayCommand(client) ? 'refused' : 'done';
  }

  /** A command of this client has taken effect, whether or not it should have. */
  tookEffect(client: number, now: MonoMs): void {
    const { behaviour, links } = this.#world;
    const expiresAt = behaviour.reauthentication === 'ignored' ? links.newestExpiresAt : links.expiresAt;
    this.#unauthorized.tookEffect(this.is(client, SESSION.nobody) ? NOBODY : client, expiresAt[client]!, now);
  }

  /** The first of its rights has been taken from a client, whether or not the gateway hears of it. */
  downgrade(client: number): void {
    if (this.isReady(client) && !this.is(client, SESSION.noCommand)) this.#downgraded += 1;
  }

  #become(client: number, session: number): void {
    if (this.#sessionsDiffer) this.#world.links.session[client] = session;
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
