import type { Scenario } from './scenario.ts';

/** The target's name in messages: a URL without the parts that may be secret. */
export function targetName({ target }: Pick<Scenario, 'target'>): string {
  if (target.kind === 'embedded') return 'the embedded target';
  const { protocol, host, pathname } = new URL(target.url);
  return `${protocol}//${host}${pathname}`;
}
