/** The history could not be read; days read before are kept. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError'
}
