/** The version in package.json. Repeated here because a bundle has no package.json. */
export const version = '0.1.0';
