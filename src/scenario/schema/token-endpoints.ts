import type { TokenEndpointPlan } from './token-endpoint.ts';

/** Keys of `tokens.source` that describe a token endpoint. Each reads into an `EndpointPlan`. */
export const ENDPOINT_KEYS = {};

/** A token endpoint as read from the scenario. */
export type EndpointPlan = TokenEndpointPlan;
