import { isIP } from 'node:net';
import type { Fault } from '../../core/fault/fault.ts';
import { specOf } from '../../core/fault/specs.ts';
import { holesOf, readTemplate, showHole } from '../../core/template/template.ts';
import { showValue } from '../../core/text/show-value.ts';
import { withModule } from '../../protocols/own/with-module.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { templatesIn } from '../../scenario/templates.ts';
import { RunRefused } from '../refused.ts';
import { isLoopback, resolveAllowed } from './resolve.ts';

/**
 * The user's consent to what a scenario does beyond its target and token service. A scenario cannot give it, since it may
 * come from a stranger, as in a pull request.
 */
export interface Consent {
  /** whether `exec` faults may run their commands on this machine, and a protocol's own module its code */
  readonly exec: boolean;
  /** hosts that faults may address, by name; loopback needs no consent */
  readonly hosts: readonly string[];
}

export const NO_CONSENT: Consent = { exec: false, hosts: [] };

/**
 * Checks every fault of a scenario before anything is started.
 *
 * @throws {RunRefused} for the first one that is not allowed, or whose host cannot be found
 * @example await checkConsent(scenario, { exec: true, hosts: [] });
 */
export async function checkConsent(scenario: Scenario, consent: Consent): Promise<void> {
  checkModule(scenario, consent.exec);
  checkFaults(scenario, consent);
  for (const fault of scenario.faults) {
    const need = specOf(fault.kind).needsConsent?.(fault);
    if (need !== undefined && 'url' in need) await resolveAllowed(new URL(need.url), consent.hosts);
  }
}

/**
 * Checks that every fault of a scenario is allowed, by what is written alone.
 *
 * @throws {RunRefused} for the first one that is not
 */
export function checkFaults({ faults }: Scenario, consent: Consent): void {
  for (const [index, fault] of faults.entries()) {
    const refusal = refusalOf(fault, consent);
    if (refusal === null) continue;
    throw new RunRefused(
      'not-allowed',
      `faults.${index}: ${refusal.what}`,
      `if you trust the scenario, add ${refusal.option}`,
    );
  }
}

/**
 * Refuses to run the code of a scenario's protocol module without the user's consent.
 *
 * @throws {RunRefused}
 */
function checkModule({ target }: Scenario, mayRunCode: boolean): void {
  if (mayRunCode || target.kind !== 'url' || target.protocol.kind !== 'module') return;
  throw new RunRefused(
    'not-allowed',
    `target.protocol: it would run the code of ${showValue(target.protocol.file)} on this machine`,
    'if you trust the scenario, add --allow-exec',
  );
}

/**
 * The scenario with the shape of its protocol module, whose code runs in this process, with the user's consent.
 *
 * @throws {RunRefused} without consent
 * @throws {ProtocolFailed} for a module that cannot be loaded or is none of the contract
 */
export function withConsentedModule(scenario: Scenario, mayRunCode: boolean): Scenario {
  checkModule(scenario, mayRunCode);
  return withModule(scenario);
}

/**
 * Refuses to send values of the environment to hosts that only the scenario allows: a stranger's scenario would else read
 * any secret of a CI server.
 *
 * @throws {RunRefused}
 */
export function checkEnvironmentUse(scenario: Scenario, consent: Consent): void {
  const { target } = scenario;
  if (target.kind !== 'url') return;
  const known = new Set(consent.hosts.map((host) => host.toLowerCase()));
  const host = target.allow.find((name) => !known.has(name.toLowerCase()));
  if (host === undefined) return;
  const url = readTemplate(target.url);
  for (const { path, template } of templatesIn({ ...scenario, target: { ...target, url } })) {
    const hole = holesOf(template).find(({ kind }) => kind === 'env');
    if (hole === undefined) continue;
    throw new RunRefused(
      'not-allowed',
      `${path}: it would send ${showHole(hole)} of this machine's environment, and only the scenario itself allows ${showValue(host)}`,
      `if you trust the scenario, add --allow-host ${host}`,
    );
  }
}

interface Refusal {
  readonly what: string;
  /** option of the command line that would allow it */
  readonly option: string;
}

/** Returns why a fault is not allowed, with the option that would allow it; null: it is allowed. */
export function refusalOf(fault: Fault, consent: Consent): Refusal | null {
  const need = specOf(fault.kind).needsConsent?.(fault);
  if (need === undefined) return null;
  if ('command' in need) {
    const what = `it would run a command on this machine (${showValue(need.command)})`;
    return consent.exec ? null : { what, option: '--allow-exec' };
  }
  const host = new URL(need.url).hostname.replaceAll(/^\[|\]$/g, '').toLowerCase();
  if (isThisMachine(host) || consent.hosts.some((name) => name.toLowerCase() === host)) return null;
  return {
    what: `the ${need.service} at ${showValue(host)} is not this machine`,
    option: `--allow-host ${host}`,
  };
}

/** Recognises loopback by spelling, since the answer of the DNS may change before the fault begins. */
function isThisMachine(host: string): boolean {
  return isIP(host) === 0 ? host === 'localhost' : isLoopback(host);
}
