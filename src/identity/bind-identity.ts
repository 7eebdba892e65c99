import type { Environment } from '../core/template/environment.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { mapTemplates } from '../scenario/templates.ts';

/**
 * Puts the environment's values into generated users, claims of minted tokens and tokens of columns. An endpoint's
 * requests are bound apart, since each part of a request has an escape of its own.
 */
export function bindIdentity(scenario: Scenario, environment: Environment): Scenario {
  const { users, tokens } = scenario;
  const { mint, file } = tokens.source;
  const bound = <T>(part: T, path: string): T =>
    mapTemplates(part, path, (template, at) => environment.bind(template, at));
  const source = {
    ...tokens.source,
    mint: bound(mint, 'tokens.source.mint'),
    file: bound(file, 'tokens.source.file'),
  };
  return {
    ...scenario,
    users: users?.kind === 'generated' ? { ...users, columns: bound(users.columns, 'users.generate') } : users,
    tokens: { ...tokens, source },
  };
}
