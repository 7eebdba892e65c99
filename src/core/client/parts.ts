import { Commands } from './commands.ts';
import type { ClientContext } from './context.ts';
import { Joins } from './joins.ts';
import { KeepAlive } from './keep-alive.ts';
import { Retries } from './retries.ts';
import { StateKeeper } from './state-keeper.ts';
import { TokenExposure } from './token-exposure.ts';
import { TokenKeeper } from './token-keeper.ts';

/** The parts of the client machine. */
export class ClientParts {
  readonly context: ClientContext;
  readonly states: StateKeeper;
  readonly tokens: TokenKeeper;
  readonly exposure: TokenExposure;
  readonly retries: Retries;
  /** null: silence is not looked for */
  readonly keepAlive: KeepAlive | null;
  /** null: the protocol joins no channels */
  readonly joins: Joins | null;
  readonly commands: Commands | null;

  constructor(context: ClientContext) {
    const { commands, heartbeat, serverSilenceMs, join } = context.behaviour;
    const keepAlive = new KeepAlive(context);
    this.context = context;
    this.states = new StateKeeper(context);
    this.tokens = new TokenKeeper(context);
    this.exposure = new TokenExposure(context);
    this.retries = new Retries(context);
    this.keepAlive = commands === null && heartbeat === null && serverSilenceMs === 0 ? null : keepAlive;
    this.joins = join && new Joins(this, join);
    this.commands = commands && new Commands(context, commands, keepAlive);
  }
}
