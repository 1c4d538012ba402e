/** Imports a package that came with the command line: only a file of the command line can resolve its name. */
export const own = (name: string): Promise<Readonly<Record<string, unknown>>> => import(name);
