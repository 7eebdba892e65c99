export { SquallError, type ErrorCode } from './core/squall-error.ts';
export { readSummary } from './library/read-summary.ts';
export { run, simulate, type RunOptions, type SimulateOptions } from './library/run.ts';
export type { Consent } from './live/network/consent.ts';
export { RunRefused } from './live/refused.ts';
export type { Progress, RunEvent } from './metrics/run.ts';
export type {
  Command as ProtocolCommand,
  Connection as ProtocolConnection,
  Message as ProtocolMessage,
  Protocol as ProtocolModule,
  ProtocolClient,
  ProtocolOptions,
  Shape as ProtocolShape,
} from './protocols/own/contract.ts';
export { ProtocolFailed } from './protocols/own/failure.ts';
export type { RunResult } from './results/summarise-run.ts';
export { FolderError } from './results/folder-error.ts';
export type { Summary } from './results/summary.ts';
export { VERSION } from './metrics/version.ts';
export type { ScenarioOptions } from './scenario/load.ts';
export { ScenarioError } from './scenario/problem.ts';
export type { Scenario } from './scenario/scenario.ts';
export { loadScenario, parseScenario } from './threshold/load-scenario.ts';
