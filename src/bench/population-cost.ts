/** The cost of a population, from creation to end. */
export interface PopulationCost {
  readonly clients: number;
  readonly seconds: number;
  /** peak resident memory of the process */
  readonly megabytes: number;
  readonly events: number;
}

export function isPopulationCost(value: unknown): value is PopulationCost {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['clients', 'seconds', 'megabytes', 'events'].every((key) => typeof Reflect.get(value, key) === 'number')
  );
}
