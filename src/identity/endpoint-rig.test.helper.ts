import { Environment } from '../core/template/environment.ts';
import { oneOf } from '../core/codec/choice.ts';
import { object } from '../core/codec/object.ts';
import { TOKEN_PRESETS } from '../scenario/schema/token-presets/index.ts';
import { tokenEndpoint, type TokenEndpointPlan } from '../scenario/schema/token-endpoint.ts';
import { readyEndpoint, type Discovered, type ReadyEndpoint } from './endpoint.ts';
import type { HttpAnswer } from './http-answer.ts';

const sources = oneOf(
  object({ endpoint: tokenEndpoint }),
  ...Object.entries(TOKEN_PRESETS).map(([name, preset]) => object({ [name]: preset })),
);

/** Variables of the environment in tests. */
const VARIABLES: Readonly<Record<string, string>> = { SECRET: 's3cret/+', API_KEY: 'key&1' };

/** Reads an endpoint, spelled out or by a preset: `{ keycloak: { … } }`. */
export function planOf(spelled: object): TokenEndpointPlan {
  const [plan] = Object.values<TokenEndpointPlan | undefined>(sources.parse(spelled));
  return plan!;
}

/** Makes an endpoint ready for use, with the variables `SECRET` and `API_KEY` set. */
export function ready(spelled: object, discovered: Discovered | null = null): ReadyEndpoint {
  return readyEndpoint(planOf(spelled), new Environment((name) => VARIABLES[name]), discovered);
}

/** An HTTP answer with a JSON body. */
export function answered(status: number, body: unknown, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}
