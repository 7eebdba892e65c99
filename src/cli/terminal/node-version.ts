/** The oldest supported Node version; a test compares it with `engines` in package.json. */
export const NODE_NEEDED = '20.19.0';

/** @param version as in `process.versions.node` */
export function isNodeNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = NODE_NEEDED.split('.').map(Number);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}
