/** Every report format, by its name on the command line. */
export const REPORT_FORMATS = ['text', 'html', 'json', 'markdown', 'junit', 'csv'] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** @param colour true for a terminal with colours; used by the text format only */
type Report<Material> = (material: Material, colour: boolean) => string;

/** The reports available for one kind of result, each made from `Material`. */
export interface Reports<Material> {
  /** the kind of result, for messages: `a comparison` */
  readonly of: string;
  /** the available formats; a comparison, for example, has no JUnit since it neither passes nor fails */
  readonly formats: Readonly<
    Partial<Record<ReportFormat, Report<Material>>> & Record<'text' | 'json' | 'markdown', Report<Material>>
  >;
}

/** The formats available for a kind of result, in order. */
export function formatsOf<Material>({ formats }: Reports<Material>): readonly ReportFormat[] {
  return REPORT_FORMATS.filter((kind) => formats[kind] !== undefined);
}
