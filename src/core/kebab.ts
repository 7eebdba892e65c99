/** Converts camel case to kebab case: `refreshFailedStatus` becomes `refresh-failed-status`. */
export function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
