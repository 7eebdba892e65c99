/** The cost of a population, from creation to end. */
export interface PopulationCost {
  readonly clients: number;
  readonly seconds: number;
  /** CPU time */
  readonly cpuSeconds: number;
  /** peak resident memory of the process */
  readonly megabytes: number;
  readonly events: number;
  /** attempts that failed */
  readonly refused: number;
}

export function isPopulationCost(value: unknown): value is PopulationCost {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['clients', 'seconds', 'cpuSeconds', 'megabytes', 'events', 'refused'].every(
      (key) => typeof Reflect.get(value, key) === 'number',
    )
  );
}
