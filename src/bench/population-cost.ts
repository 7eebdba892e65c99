/** What a population cost, from its making to its end. */
export interface PopulationCost {
  readonly clients: number;
  readonly seconds: number;
  /** the most memory that the whole process ever had resident */
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
