import { fill, type HoleValues } from '../core/template/template.ts';
import type { ClaimPlan, ClaimPlans } from '../scenario/schema/claims.ts';

/**
 * The claims of one client's token.
 *
 * @example fillClaims(plan.claims, { client: 7, user: { id: 'ada' } }) // { sub: 'ada' }
 */
export function fillClaims(plans: ClaimPlans, values: HoleValues): Readonly<Record<string, unknown>> {
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
