/** The keys of a table written down in the code, and its entries, by their own types. */

// `Object.keys` gives any strings, as an object may have more keys than its type says; these tables have not.
export const keysOf = <K extends string>(table: Readonly<Record<K, unknown>>): K[] => Object.keys(table) as K[]

/** The keys that are absent are left out. */
export const entriesOf = <K extends string, V>(table: Readonly<Partial<Record<K, V>>>): [K, V][] =>
  // As above.
  Object.entries(table) as [K, V][]
