/** True for a terminal outside of CI, which can show the screen. */
export function canShowScreen(stdout: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  const isCi = [env['CI'], env['CONTINUOUS_INTEGRATION']].some((value) => !['', '0', 'false'].includes(value ?? ''));
  return stdout.isTTY === true && !isCi && env['TERM'] !== 'dumb';
}
