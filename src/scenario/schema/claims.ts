import { type Codec, scalar } from '../../core/codec/codec.ts';
import { isMapping } from '../../core/codec/object.ts';
import { refusal, reject, Rejection, type Finding, type Path } from '../../core/codec/reject.ts';
import type { Template } from '../../core/template/template.ts';
import { MAX_CLAIM_DEPTH, MAX_CLAIMS } from '../limits.ts';
import { MAX_TEMPLATE_CHARS } from '../../core/limits.ts';
import { templateText } from '../../core/template/template-text.ts';

/** A claim of a minted token. Text is a template, also inside lists and mappings. */
export type ClaimPlan =
  | { readonly kind: 'text'; readonly template: Template }
  | { readonly kind: 'plain'; readonly value: number | boolean }
  | { readonly kind: 'list'; readonly items: readonly ClaimPlan[] }
  | { readonly kind: 'mapping'; readonly entries: ClaimPlans };

/** Claims by name. */
export type ClaimPlans = Readonly<Record<string, ClaimPlan>>;

/** Claims that follow from `tokens.lifetime` and the clock, which are what a run is about. */
const TIME_CLAIMS: ReadonlySet<string> = new Set(['exp', 'iat', 'nbf']);

/** Most characters of a claim's name in the JSON Schema. */
const MAX_NAME_CHARS = 200;

const leaf = templateText({ holes: ['client', 'user', 'env'], maxChars: MAX_TEMPLATE_CHARS, example: '{user.id}' });

/**
 * Claims that a minted token has beside squall's own.
 *
 * @example claims.parse({ sub: '{user.id}', roles: ['editor'], realm_access: { tenant: '{user.tenant}' } })
 */
export const claims: Codec<ClaimPlans> = scalar(readClaims, printEntries, {
  type: 'object',
  propertyNames: { type: 'string', maxLength: MAX_NAME_CHARS, not: { enum: [...TIME_CLAIMS] } },
  additionalProperties: { anyOf: [leaf.schema, { type: ['boolean', 'number', 'array', 'object'] }] },
  examples: [{ sub: '{user.id}' }],
});

function readClaims(input: unknown): ClaimPlans | Rejection {
  if (!isMapping(input)) return reject('not a mapping', input, "write claims such as { sub: '{user.id}' }");
  const findings: Finding[] = [];
  const refuse = (rejection: Rejection, path: Path): null => {
    findings.push(...path.reduceRight((inner, key) => inner.under(key), rejection).findings);
    return null;
  };
  let seen = 0;
  const entriesOf = (mapping: Readonly<Record<string, unknown>>, path: Path): ClaimPlans =>
    Object.fromEntries(
      Object.entries(mapping).flatMap(([name, value]) => {
        const claim = claimOf(value, [...path, name]);
        return claim === null ? [] : [[name, claim]];
      }),
    );
  const claimOf = (value: unknown, path: Path): ClaimPlan | null => {
    seen += 1;
    if (seen > MAX_CLAIMS || path.length > MAX_CLAIM_DEPTH) return null;
    if (typeof value === 'boolean') return { kind: 'plain', value };
    if (typeof value === 'number' && Number.isFinite(value)) return { kind: 'plain', value };
    if (Array.isArray(value)) {
      const items = value.map((item: unknown, index) => claimOf(item, [...path, index]));
      return { kind: 'list', items: items.filter((item) => item !== null) };
    }
    if (isMapping(value)) {
      if (path.length === MAX_CLAIM_DEPTH)
        return refuse(refusal(`more than ${MAX_CLAIM_DEPTH} mappings inside one another — write fewer`), path);
      return { kind: 'mapping', entries: entriesOf(value, path) };
    }
    const template = leaf.read(value);
    return template instanceof Rejection ? refuse(template, path) : { kind: 'text', template };
  };
  const read = entriesOf(input, []);
  for (const name of Object.keys(input).filter((each) => TIME_CLAIMS.has(each)))
    refuse(refusal('set by squall — remove it: tokens.lifetime and tokens.issued decide when a token runs out'), [
      name,
    ]);
  if (seen > MAX_CLAIMS) refuse(refusal(`more than ${MAX_CLAIMS} claims — write fewer`), []);
  return findings.length > 0 ? new Rejection(findings) : read;
}

function printEntries(entries: ClaimPlans): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(entries).map(([name, claim]) => [name, printClaim(claim)]));
}

function printClaim(claim: ClaimPlan): unknown {
  switch (claim.kind) {
    case 'text':
      return claim.template.text;
    case 'plain':
      return claim.value;
    case 'list':
      return claim.items.map(printClaim);
    case 'mapping':
      return printEntries(claim.entries);
  }
}
