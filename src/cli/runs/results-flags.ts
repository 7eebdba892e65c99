/** Options of every verb that creates a results folder. */
export const RESULTS_FLAGS = {
  results: { type: 'string', default: 'results', describe: 'Folder in which the results folder is created' },
  json: { type: 'boolean', default: false, describe: 'Print the summary as JSON, and no screen' },
} as const;
