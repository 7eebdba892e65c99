import { asIs, holesOf, withEnvironment, type Escape, type Template } from '../core/template/template.ts';
import { ScenarioError } from '../scenario/problem.ts';

/** The environment of a run, from which `{env.NAME}` takes its values. */
export interface Environment {
  readonly value: (name: string) => string | undefined;
  /** Receives each value that was put into a template: it is a secret, which no output may quote. */
  readonly used: (secret: string) => void;
}

/** Makes the environment of this process, and the list of values that templates have used. */
export function processEnvironment(): Environment & { readonly secrets: ReadonlySet<string> } {
  const secrets = new Set<string>();
  return { value: (name) => process.env[name], used: (secret) => void secrets.add(secret), secrets };
}

/** Place of a template: the scenario's name, and the dotted path of the field. */
export interface TemplatePlace {
  readonly scenario: string;
  readonly path: string;
}

/**
 * Puts the environment's values into a template for good.
 *
 * @param flaw says what is wrong with a value at this place, without quoting it; null: nothing
 * @throws ScenarioError when a variable is not set, or its value cannot stand at this place
 * @example bindTemplate(header, { scenario: 'x', path: 'target.url' }, environment, inUrl)
 */
export function bindTemplate(
  template: Template,
  place: TemplatePlace,
  environment: Environment,
  escape: Escape = asIs,
  flaw: (value: string) => string | null = () => null,
): Template {
  for (const hole of holesOf(template)) {
    if (hole.kind !== 'env') continue;
    const value = environment.value(hole.name);
    if (value === undefined) {
      throw unusable(place, `the environment variable ${hole.name} is not set — set it, or remove {env.${hole.name}}`);
    }
    const what = flaw(value);
    if (what !== null) throw unusable(place, `the environment variable ${hole.name} ${what}`);
    environment.used(value);
  }
  const bound = withEnvironment(template, environment.value, escape);
  return 'unset' in bound ? template : bound;
}

function unusable({ scenario, path }: TemplatePlace, message: string): ScenarioError {
  return new ScenarioError([{ place: { file: scenario }, path, message }]);
}
