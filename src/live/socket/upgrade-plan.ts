import type { Environment } from '../../core/template/environment.ts';
import { holesOf, inUrl, readTemplate, type Slot, type Template } from '../../core/template/template.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { ScenarioError } from '../../scenario/problem.ts';
import { PLAIN_UPGRADE, type UpgradePlan } from './upgrade-form.ts';

/**
 * Makes the plan of a scenario's upgrade requests.
 *
 * @throws ScenarioError when a variable of the environment cannot stand in a header
 */
export function upgradePlan({ name, target }: Scenario, environment: Environment): UpgradePlan {
  if (target.kind !== 'url') return PLAIN_UPGRADE;
  const headers = Object.entries(target.headers).map(([header, template]) => {
    const path = `target.headers.${header}`;
    const escape = (value: string): string => {
      if (/^[\x20-\x7e]*$/.test(value)) return value;
      const message =
        'a variable of the environment holds a character that no header can hold — write visible ASCII, without line ends';
      throw new ScenarioError([{ place: { file: name }, path, message }]);
    };
    return { name: header, value: environment.bind(template, path, escape) };
  });
  const path = pathTemplate(target.url);
  const bound = path === null ? null : environment.bind(path, 'target.url', inUrl);
  return { headers, path: bound, subprotocols: target.subprotocols, deflate: target.deflate };
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
