import { holesOf, inUrl, readTemplate, type Slot, type Template } from '../core/template/template.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { bindTemplate, type Environment } from './bind-template.ts';
import { headerFlaw, inHeader, PLAIN_UPGRADE, type UpgradePlan } from './upgrade-form.ts';

/**
 * Makes the plan of a scenario's upgrade requests.
 *
 * @throws ScenarioError when a variable of the environment is not set, or cannot stand in a header
 */
export function upgradePlan({ name, target }: Scenario, environment: Environment): UpgradePlan {
  if (target.kind !== 'url') return PLAIN_UPGRADE;
  const headers = Object.entries(target.headers).map(([header, template]) => {
    const place = { scenario: name, path: `target.headers.${header}` };
    return { name: header, value: bindTemplate(template, place, environment, inHeader, headerFlaw) };
  });
  const path = pathTemplate(target.url);
  const bound = path === null ? null : bindTemplate(path, { scenario: name, path: 'target.url' }, environment, inUrl);
  return { headers, path: bound, subprotocols: target.subprotocols };
}

/**
 * Makes the template of a URL's path and query, whose literal text is percent-encoded as in any URL.
 *
 * @returns null: the URL has no holes
 * @example pathTemplate('wss://example.com/chat room?tenant={user.tenant}') // '/chat%20room?tenant=', then the hole
 */
function pathTemplate(url: string): Template | null {
  const template = readTemplate(url);
  if ('unknownHole' in template || holesOf(template).length === 0) return null;
  const mark = markFor(url);
  const holes = holesOf(template);
  const { slots } = template;
  const marked = new URL(slots.map((slot) => (slot.kind === 'text' ? slot.text : mark)).join(''));
  const texts = `${marked.pathname}${marked.search}`.split(mark);
  const parts = texts.flatMap((text, index): Slot[] => {
    const hole = holes[index];
    return [...(text === '' ? [] : [{ kind: 'text', text } as const]), ...(hole === undefined ? [] : [hole])];
  });
  return { text: url, slots: parts };
}

/** A text that is not in the URL, and that no URL parser changes. */
function markFor(url: string): string {
  let mark = 'hole';
  while (url.includes(mark)) mark += 'x';
  return `${mark}-`;
}
