/** Runs of sessions in a row, in memory: `store/run-counts.ts` without Redis. Answers at once. */
export class MemoryRuns {
  readonly #counts = new Map<string, number>()

  begin(accountId: string, date: string): number {
    const count = (this.#counts.get(`${accountId}:${date}`) ?? 0) + 1
    this.#counts.set(`${accountId}:${date}`, count)
    return count
  }

  clear(accountId: string, date: string): void {
    this.#counts.delete(`${accountId}:${date}`)
  }

  clearAll(): void {
    this.#counts.clear()
  }
}
