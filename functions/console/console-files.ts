/** A file of the console, as a browser is to have it. */
export interface ConsoleFile {
  readonly type: 'text/javascript' | 'text/css';
  readonly text: string;
}

/** What the console is made of beside its page. */
export interface ConsoleFiles {
  /** The path of the module that the page starts. */
  readonly script: string;
  readonly styles: readonly string[];
  /** Every file by its path, which begins with `/console/`. */
  readonly files: ReadonlyMap<string, ConsoleFile>;
}
