/** What must never happen, and did. */
export interface Violation {
  /** `I1` to `I17`, or what else is expected of every day. */
  readonly invariant: string
  readonly message: string
  /** Virtual milliseconds since the day began. */
  readonly at_ms: number
}

export type Report = (invariant: string, message: string) => void
