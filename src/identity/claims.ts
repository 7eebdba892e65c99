import { fill, type HoleValues } from '../core/template/template.ts';
import type { SourcePlan } from '../scenario/scenario.ts';
import type { ClaimPlan, ClaimPlans } from '../scenario/schema/claims.ts';

/** Claims that a scenario adds to minted tokens, by the client's number; undefined: none. */
export function mintedClaims(
  { mint }: SourcePlan,
  holesByNumber: (number: number) => HoleValues,
): ((number: number) => Readonly<Record<string, unknown>>) | undefined {
  if (mint === null || Object.keys(mint.claims).length === 0) return undefined;
  return (number) => fillClaims(mint.claims, holesByNumber(number));
}

/**
 * The claims of one client's token.
 *
 * @example fillClaims(plan.claims, { client: 7, user: { id: 'ada' } }) // { sub: 'ada' }
 */
function fillClaims(plans: ClaimPlans, values: HoleValues): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(plans).map(([name, plan]) => [name, fillClaim(plan, values)]));
}

function fillClaim(plan: ClaimPlan, values: HoleValues): unknown {
  switch (plan.kind) {
    case 'text':
      return fill(plan.template, values);
    case 'plain':
      return plan.value;
    case 'list':
      return plan.items.map((item) => fillClaim(item, values));
    case 'mapping':
      return fillClaims(plan.entries, values);
  }
}
