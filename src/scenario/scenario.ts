// The types of a scenario and its parts. Each is what its codec reads, and is described there.
export type { ClientPlan, ClockSkew, CommandPlan } from './schema/clients.ts';
export type { Expectation } from './schema/expectation.ts';
export type { ModelPlan } from './schema/model.ts';
export type { Scenario, WrittenScenario } from './schema/scenario-schema.ts';
export type { EmbeddedTarget, UrlTarget } from './schema/target.ts';
export type { TlsSettings } from './schema/tls.ts';
export type { BaselineValue, ThresholdPlan, WrittenThreshold } from './schema/thresholds.ts';
export type { TokenPlan } from './schema/tokens.ts';
export type { SourcePlan } from './schema/token-source.ts';
export type { UserPlan } from './schema/users.ts';
