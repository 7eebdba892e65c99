import { fill, holesOf, type HoleValues, type Row } from '../core/template/template.ts';
import type { Scenario, SourcePlan } from '../scenario/scenario.ts';
import type { ClaimPlan, ClaimPlans } from '../scenario/schema/claims.ts';
import { templatesIn } from '../scenario/templates.ts';
import { type Users, userOf } from './users.ts';

/** Claims that a scenario adds to minted tokens, by the client's number; undefined: none. */
export function mintedClaims(
  { mint }: SourcePlan,
  holesByNumber: (number: number) => HoleValues,
): ((number: number) => Readonly<Record<string, unknown>>) | undefined {
  if (mint === null || Object.keys(mint.claims).length === 0) return undefined;
  return (number) => fillClaims(mint.claims, holesByNumber(number));
}

/** Claims of minted tokens as plain data, for the process of a token service. */
export interface ClaimTable {
  readonly plans: ClaimPlans;
  /** rows by the number of the user, with the columns that the claims name; empty: the scenario has no users */
  readonly rows: readonly Row[];
}

/** The claims of a scenario's tokens for a process of its own; null: none are added. */
export function claimTable({ tokens, clients }: Scenario, users: Users | null): ClaimTable | null {
  const plans = tokens.source.mint?.claims ?? {};
  if (Object.keys(plans).length === 0) return null;
  const holes = [...templatesIn(plans)].flatMap(({ template }) => holesOf(template));
  const columns = [...new Set(holes.flatMap((hole) => (hole.kind === 'user' ? [hole.name] : [])))];
  const count = users === null || columns.length === 0 ? 0 : userOf(clients.count - 1, clients.perUser) + 1;
  const rows = Array.from({ length: count }, (_, user) => {
    const row = users?.rowOf(user) ?? {};
    return Object.fromEntries(columns.map((column) => [column, row[column] ?? '']));
  });
  return { plans, rows };
}

/** The claims of client `number` from a table. */
export function claimsFrom(table: ClaimTable, number: number, perUser: number): Readonly<Record<string, unknown>> {
  return fillClaims(table.plans, { client: number, user: table.rows[userOf(number, perUser)] ?? {} });
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
