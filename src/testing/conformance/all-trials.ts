import { CLIENT_TRIALS } from './trials/clients.ts';
import { CONNECTION_TRIALS } from './trials/connections.ts';
import { JSON_TRIALS } from './trials/json.ts';
import { LOGIN_TRIALS } from './trials/logins.ts';
import { PROTOCOL_TRIALS } from './trials/protocols.ts';
import { REFRESH_TRIALS } from './trials/refresh.ts';
import { SERVICE_TRIALS } from './trials/services.ts';
import { TARGET_TRIALS } from './trials/target.ts';
import { USER_TRIALS } from './trials/users.ts';
import type { Trial } from './trial.ts';

export const TRIALS = {
  ...REFRESH_TRIALS,
  ...LOGIN_TRIALS,
  ...CONNECTION_TRIALS,
  ...SERVICE_TRIALS,
  ...TARGET_TRIALS,
  ...CLIENT_TRIALS,
  ...USER_TRIALS,
  ...JSON_TRIALS,
  ...PROTOCOL_TRIALS,
} as const satisfies Readonly<Record<string, Trial>>;

export type TrialName = keyof typeof TRIALS;
