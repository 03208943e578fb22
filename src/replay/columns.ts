/** Columns of numbers that grow while a day is read. */

export class GrowingColumn {
  #values = new Float64Array(1024)
  #length = 0

  get length(): number {
    return this.#length
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(this.#length * 2)
      grown.set(this.#values)
      this.#values = grown
    }
    this.#values[this.#length++] = value
  }

  at(index: number): number {
    // Below `length`, as the caller sees to.
    return this.#values[index] as number
  }

  set(index: number, value: number): void {
    this.#values[index] = value
  }

  /** The values so far as an array of their own; the column is empty again. */
  take(): Float64Array {
    const taken = this.#values.slice(0, this.#length)
    this.#length = 0
    return taken
  }
}
