/** One result. `holds` is missing for information without an expectation. */
export interface Finding {
  readonly holds?: boolean;
  readonly text: string;
  /** What to do if it does not hold. */
  readonly fix?: string;
}

const marks = { true: 'ok  ', false: 'NO  ', undefined: '    ' } as const;

/** The result as one line for a person, plus one for the fix. */
export function findingText({ holds, text, fix }: Finding): string {
  const line = `${marks[`${holds}`]}${text}`;
  return fix && holds === false ? `${line}\n      ${fix}` : line;
}
