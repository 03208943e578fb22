/**
 * The buttons under a post: derived from its entry, so that a post made again has the same. Entry point: `buttonsOf`.
 */
import { isCritical } from '../approval/alerts.ts'
import type { JournalEntry } from '../session/events.ts'
import { postKey } from './post-key.ts'

export const ACKNOWLEDGE_BUTTON = 'ack'
export const APPROVE_BUTTON = 'approve'
export const DENY_BUTTON = 'deny'

/** Of a row on Discord. */
const BUTTONS_MAX = 5

export interface PostButton {
  /** `name:key`, see `post-key.ts`. */
  readonly id: string
  readonly label: string
  readonly look: 'primary' | 'danger' | 'secondary'
}

export function buttonsOf({ accountId, feedNo, event }: JournalEntry): readonly PostButton[] {
  if (feedNo === null) return []
  const key = postKey(accountId, feedNo)
  if (event.type === 'approval_requested') {
    return [
      { id: `${APPROVE_BUTTON}:${key}`, label: 'Approve', look: 'primary' },
      { id: `${DENY_BUTTON}:${key}`, label: 'Deny', look: 'danger' },
    ]
  }
  const acknowledge = (alertNo: number, label: string): PostButton => {
    return { id: `${ACKNOWLEDGE_BUTTON}:${postKey(accountId, alertNo)}`, label, look: 'primary' }
  }
  const alertNo = event.type === 'alert_repeated' ? event.alertNo : isCritical(event) ? feedNo : null
  const own = alertNo === null ? [] : [acknowledge(alertNo, 'Acknowledge')]
  const listed = event.type === 'preflight_reported' ? (event.openAlerts?.oldest ?? []) : []
  const others = new Set(listed.map((alert) => alert.alertNo).filter((other) => other !== alertNo))
  return [...own, ...[...others].map((other) => acknowledge(other, `Acknowledge #${other}`))].slice(0, BUTTONS_MAX)
}
