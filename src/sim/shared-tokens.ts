import type { World } from './world.ts';
import { REQUEST } from './columns.ts';

/**
 * Tokens that the devices of a user share: one request at a time for a user, whose answer all of its devices get that
 * await one, and newer tokens at once for a device that asks later.
 */
export class SharedTokens {
  readonly #world: World;
  readonly #perUser: number;
  /** device whose request is under way, plus 1, by user; 0: none is */
  readonly #asking: Uint32Array;
  /** number of tokens that each user has got */
  readonly #newest: Uint32Array;
  /** claims of each user's newest token */
  readonly #issuedAt: Float64Array;
  readonly #tokenFlags: Uint16Array;
  /** number of the token that each client holds */
  readonly #held: Uint32Array;

  constructor(world: World) {
    const { count, perUser } = world.scenario.clients;
    const users = Math.ceil(count / perUser);
    this.#world = world;
    this.#perUser = perUser;
    this.#asking = new Uint32Array(users);
    this.#newest = new Uint32Array(users);
    this.#issuedAt = new Float64Array(users);
    this.#tokenFlags = new Uint16Array(users);
    this.#held = new Uint32Array(count);
  }

  /** First device of a client's user, by which the service knows their session. */
  firstOf(client: number): number {
    return client - (client % this.#perUser);
  }

  /** Whether another device has brought newer tokens than the client holds; they are then its granted ones. */
  takeNewer(client: number): boolean {
    const user = this.#userOf(client);
    if (this.#held[client] === this.#newest[user]) return false;
    this.#held[client] = this.#newest[user]!;
    const { grantedAt, grantedFlags } = this.#world.columns;
    grantedAt[client] = this.#issuedAt[user]!;
    grantedFlags[client] = this.#tokenFlags[user]!;
    return true;
  }

  /** Whether the request of another device of the user is under way; if not, the client's own is from now on. */
  awaitsOther(client: number): boolean {
    const user = this.#userOf(client);
    if (this.#asking[user] !== 0) return true;
    this.#asking[user] = client + 1;
    return false;
  }

  /** Whether the request under way is the client's own. */
  asks(client: number): boolean {
    return this.#asking[this.#userOf(client)] === client + 1;
  }

  /** Ends the client's own request; its tokens, if there are any, are the user's newest. */
  answered(client: number, isGranted: boolean): void {
    const user = this.#userOf(client);
    this.#asking[user] = 0;
    if (!isGranted) return;
    const { grantedAt, grantedFlags } = this.#world.columns;
    this.#newest[user]! += 1;
    this.#held[client] = this.#newest[user]!;
    this.#issuedAt[user] = grantedAt[client]!;
    this.#tokenFlags[user] = grantedFlags[client]!;
  }

  /** The next device of the client's user, from device `from` on, that awaits the answer to a shared request; -1: none does. */
  nextWaiting(client: number, from: number): number {
    const { request } = this.#world.columns;
    const end = Math.min(this.firstOf(client) + this.#perUser, request.length);
    for (let device = from; device < end; device++) if (request[device] === REQUEST.shared) return device;
    return -1;
  }

  /** Leaves the client's request to another device that awaits its answer. */
  handOver(client: number, to: number): void {
    const { columns } = this.#world;
    this.#asking[this.#userOf(client)] = to + 1;
    columns.request[to] = columns.request[client]!;
    this.#copyAnswer(client, to);
  }

  /** Gives the answer to the client's request to another device, which holds the user's newest tokens then. */
  answerTo(client: number, device: number): void {
    this.#held[device] = this.#newest[this.#userOf(client)]!;
    this.#copyAnswer(client, device);
  }

  #copyAnswer(from: number, to: number): void {
    const { columns } = this.#world;
    columns.tokenTripMs[to] = columns.tokenTripMs[from]!;
    columns.tokenSignal[to] = columns.tokenSignal[from]!;
    columns.tokenRetryAfterMs[to] = columns.tokenRetryAfterMs[from]!;
    columns.grantedAt[to] = columns.grantedAt[from]!;
    columns.grantedFlags[to] = columns.grantedFlags[from]!;
  }

  #userOf(client: number): number {
    return Math.floor(client / this.#perUser);
  }
}
