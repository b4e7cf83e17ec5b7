/** How many tokens an answer may have where nobody says: the API has no default of its own. */
export const defaultMaxTokens = 8192;
