import type { Scenario } from './scenario.ts';

/** The target as messages name it: a URL without what may be secret in it. */
export function targetName({ target }: Pick<Scenario, 'target'>): string {
  if (target.kind === 'embedded') return 'the embedded target';
  const { protocol, host, pathname } = new URL(target.url);
  return `${protocol}//${host}${pathname}`;
}
