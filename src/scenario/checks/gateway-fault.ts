import type { GatewayFault } from '../../core/fault/gateway.ts';
import { gatewayShare } from '../../core/fault/select.ts';
import type { Scenario } from '../scenario.ts';
import { when, type Contradiction } from './check.ts';

/** A fault of gateways that would come to nothing, or could not be carried out in its time. */
export function checkGatewayFault(
  { mode, share, cohort, forMs, spreadMs }: GatewayFault,
  at: string,
  { target, model }: Scenario,
): readonly Contradiction[] {
  if (target.kind !== 'embedded') return [];
  const replaced = gatewayShare(share, target.gateways);
  return when(
    [
      mode.kind === 'capacity' && Math.min(target.capacity.handshakesPerSecond, model.handshakesPerSecond) === Infinity,
      {
        at: `${at}.gateway`,
        against: 'target.embedded.capacity.handshakes',
        what: 'a share of an unlimited capacity is as unlimited',
        fix: 'say how many handshakes the target can do, such as 400/s',
      },
    ],
    [
      mode.kind === 'rolling' && replaced * mode.drainMs > forMs,
      {
        at: `${at}.for`,
        against: `${at}.gateway`,
        what: `too short to drain ${replaced} of ${target.gateways} gateways one after the other`,
        fix: 'make it longer, or drain them faster',
      },
    ],
    [
      mode.kind === 'rolling' && spreadMs > 0,
      {
        at: `${at}.spread`,
        against: `${at}.gateway`,
        what: 'each gateway has its turn already',
        fix: 'leave spread out; for is how long all of them take together',
      },
    ],
    [
      cohort !== null,
      {
        at: `${at}.cohort`,
        against: `${at}.gateway`,
        what: 'gateways are hit, not clients',
        fix: 'leave cohort out; share is of the gateways',
      },
    ],
  );
}
