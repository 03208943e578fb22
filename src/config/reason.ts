/** What went wrong, as text for a person: Node leaves the message empty where several addresses of a name failed. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.message !== '') return error.message
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return codeOf(error) ?? error.name
}

/** The code of an error of Node's, like `ENOENT`; null: it has none. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null
}
