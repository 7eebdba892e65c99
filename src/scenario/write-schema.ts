/** Writes fixtures/scenario.schema.json: run as `npm run schema` after a change to the validator. */
import { writeFileSync } from 'node:fs';
import { scenarioJsonSchemaText } from './json-schema.ts';

writeFileSync(new URL('../../fixtures/scenario.schema.json', import.meta.url), scenarioJsonSchemaText());
