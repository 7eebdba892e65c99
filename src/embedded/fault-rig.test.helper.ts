import { AT_ONCE } from '../core/fault/planned.test.helper.ts';
import type { Fault, FaultTally } from '../core/fault/fault.ts';
import { injected } from '../core/fault/occurrence.ts';
import { CLIENT_HEADER, type TargetConfig } from './protocol.ts';
import { REFRESH_TOKENS, startRig, type Peer, type Rig } from './rig.test.helper.ts';

/** A fault without the keys of its plan; distributes over a union. */
type What<F> = F extends unknown ? Omit<F, keyof typeof AT_ONCE> : never;

/** Index of the fault in the run; its tally stands there. */
const FAULT = 4;
/** Index of the occurrence, by which it is ended. */
const INDEX = 7;

/** A target with one fault at a time and clients that send their numbers. */
export interface FaultRig extends Rig {
  begin(what: What<Fault>, plan?: Partial<typeof AT_ONCE>): void;
  end(): void;
  /** the target's tally of the fault */
  tally(): FaultTally | undefined;
  /** a refresh by `client` with its `generation`-th token */
  ask(client: number, generation?: number): Promise<Response>;
  /** an upgrade request with a valid token of `client` */
  upgrade(client: number): Promise<Peer>;
}

export async function startFaultRig(changes: Partial<TargetConfig> = {}): Promise<FaultRig> {
  const rig = await startRig(changes);
  return {
    ...rig,
    begin: (what, plan = {}) => {
      rig.target.begin(injected({ ...AT_ONCE, forMs: 60_000, ...plan, ...what }, FAULT, INDEX, 0));
    },
    end: () => rig.target.end(INDEX),
    tally: () => rig.target.counts().faults[FAULT],
    ask: (client, generation = 0) => rig.refresh(REFRESH_TOKENS.seal({ client, session: client, generation })),
    upgrade: async (client) =>
      rig.dial({ headers: { authorization: `Bearer ${await rig.token(client)}`, [CLIENT_HEADER]: String(client) } }),
  };
}

/** The tally of a fault that hit all `n` planned. */
export const hit = (n: number): FaultTally => ({ planned: n, hit: n, missed: {} });
