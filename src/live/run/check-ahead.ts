import type { Scenario } from '../../scenario/scenario.ts';
import { checkEnvironmentUse, checkFaults, type Consent } from '../network/consent.ts';
import { checkSigningKey, privateKey } from '../network/private-key.ts';
import { checkAllowed } from '../network/resolve.ts';
import { checkLength } from './setup.ts';

/**
 * Checks of a scenario with a foreign target what a run of it would refuse as it begins, as far as another machine can know
 * it: nothing is looked up, since names may mean something else there.
 *
 * @throws {RunRefused} for what is not allowed
 * @throws {ScenarioError} for a run that is too long, or a file without the signing key
 */
export async function checkAhead(scenario: Scenario, consent: Consent): Promise<void> {
  const { target } = scenario;
  checkLength(scenario);
  checkEnvironmentUse(scenario, consent);
  checkFaults(scenario, consent);
  if (target.kind !== 'url') return;
  const url = new URL(target.url);
  checkAllowed(url, target.allow);
  await checkSigningKey(scenario, await privateKey(scenario), url);
}
