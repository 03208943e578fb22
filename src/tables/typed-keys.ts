/** Tables with a closed set of keys, as their own types have them: `keysOf`, `entriesOf`, `tableOf`. */

// `Object.keys` gives any strings, as an object may have more keys than its type says; these tables have not.
export const keysOf = <K extends string>(table: Readonly<Record<K, unknown>>): K[] => Object.keys(table) as K[]

/** Of the keys that are there. */
export const entriesOf = <K extends string, V>(table: Readonly<Partial<Record<K, V>>>): [K, V][] =>
  // As above.
  Object.entries(table) as [K, V][]

export const tableOf = <K extends string, V>(keys: readonly K[], entryOf: (key: K) => V): Record<K, V> =>
  // Every key has its entry.
  Object.fromEntries(keys.map((key) => [key, entryOf(key)])) as Record<K, V>
