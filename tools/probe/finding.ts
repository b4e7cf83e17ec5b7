/** What one look has shown. `holds` is left out where there is nothing that should hold. */
export interface Finding {
  readonly holds?: boolean;
  readonly text: string;
  /** What to do where it does not hold. */
  readonly fix?: string;
}

const marks = { true: 'ok  ', false: 'NO  ', undefined: '    ' } as const;

/** The finding for a person, one line, and one more for the fix. */
export function findingText({ holds, text, fix }: Finding): string {
  const line = `${marks[`${holds}`]}${text}`;
  return fix && holds === false ? `${line}\n      ${fix}` : line;
}
