const conditions = ['wakey:source', 'module', 'node', 'development|production'];

/** Makes `@wakey/*` resolve to sources, so that a test needs no build of its neighbours. */
export const sourceConditions = { resolve: { conditions }, ssr: { resolve: { conditions } } };
