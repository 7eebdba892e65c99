/** The oldest Node that squall runs on, as package.json `engines` has it; a test holds the two together. */
export const NODE_NEEDED = '20.19.0';

/** @param version as `process.versions.node` has it */
export function isNodeNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = NODE_NEEDED.split('.').map(Number);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}
