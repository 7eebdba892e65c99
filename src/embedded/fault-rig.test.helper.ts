import { AT_ONCE } from '../core/fault/planned.test.helper.ts';
import type { Fault, FaultTally } from '../core/fault/fault.ts';
import { injected } from '../core/fault/occurrence.ts';
import { CLIENT_HEADER, type TargetConfig } from './protocol.ts';
import { REFRESH_TOKENS, startRig, type Peer, type Rig } from './rig.test.helper.ts';

/** Each member of a union without the keys of every fault's plan. */
type What<F> = F extends unknown ? Omit<F, keyof typeof AT_ONCE> : never;

/** The fault's place among those of the run, by which it is counted, */
const FAULT = 4;
/** and the occurrence's number, by which it is ended. */
const INDEX = 7;

/** A target with one fault at a time, and clients who say who they are. */
export interface FaultRig extends Rig {
  begin(what: What<Fault>, plan?: Partial<typeof AT_ONCE>): void;
  end(): void;
  /** what the target says of the fault */
  tally(): FaultTally | undefined;
  /** a refresh by `client` with its `generation`-th token */
  ask(client: number, generation?: number): Promise<Response>;
  /** an upgrade request with a token of `client` that is good */
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

/** All that were planned were hit. */
export const hit = (n: number): FaultTally => ({ planned: n, hit: n, missed: {} });
