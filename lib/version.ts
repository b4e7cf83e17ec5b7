/** The version of this gateway, that of package.json: a bundle has no package.json beside it. */
export const version = '0.1.0';
