/** `refreshFailedStatus` as `refresh-failed-status`: names of the code as people write them. */
export function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
