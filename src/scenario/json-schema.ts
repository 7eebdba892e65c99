import { z } from 'zod';
import { scenarioSchema } from './schema/scenario-schema.ts';

/** The JSON Schema (draft 2020-12) of a scenario file, made from the validator, for editors to complete and check with. */
export function scenarioJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(scenarioSchema('scenario'), {
    target: 'draft-2020-12',
    io: 'input',
    // A leaf is `unknown` to zod, and brings its own description.
    unrepresentable: 'any',
  });
  return { $schema, title: 'squall scenario', ...schema };
}

/** The same as the text of `fixtures/scenario.schema.json`. */
export function scenarioJsonSchemaText(): string {
  return `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
}
