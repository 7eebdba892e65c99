/**
 * Instants of two clocks have two types, so that a wall time cannot be subtracted from a monotonic one by accident.
 * Durations are plain numbers whose names end in `Ms`.
 */
declare const clock: unique symbol;

/** Milliseconds since the run began, on a clock that never steps. All scheduling and every latency uses it. */
export type MonoMs = number & { readonly [clock]: 'mono' };

/** Milliseconds since the Unix epoch. Only `iat`, `nbf` and `exp` live on this clock. */
export type WallMs = number & { readonly [clock]: 'wall' };

export const mono = (ms: number): MonoMs => ms as MonoMs;
export const wall = (ms: number): WallMs => ms as WallMs;

/** An instant that never comes; also the delay of a policy that has given up. */
export const NEVER = Infinity as MonoMs;
