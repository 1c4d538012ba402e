const conditions = ['wakey:source', 'module', 'node', 'development|production'];

/** Makes `@wakey/*` resolve to sources, so that the tests of one package need no build of the others. */
export const sourceConditions = { resolve: { conditions }, ssr: { resolve: { conditions } } };
