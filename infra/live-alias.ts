/** The alias of a function that its URL points to. */
export const liveAlias = 'live';
