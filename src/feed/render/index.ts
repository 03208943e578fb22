/**
 * Journal entry → post. Pure: the same entry and context give the same post. Entry point: `render`.
 *
 * 1. Every event type is decided here; a new one fails to compile until it is.
 * 2. Null means: this event is never published.
 */
import type { JournalEntry } from '../../session/events.ts'
import type { Post, RenderContext } from '../post.ts'
import { engineAlert } from './alert.ts'
import { campaignArmed, campaignDisarmed } from './campaign.ts'
import { controlSet, orderDenied } from './control.ts'
import { dayReported, lightChanged, verdictChanged } from './day-report.ts'
import { deskPost } from './desk.ts'
import { sessionEnded } from './end-of-day.ts'
import { entryAbandoned, entryDecided } from './entry.ts'
import { exitDecided, tradeClosed } from './exit.ts'
import { fill, orderRefused } from './fill.ts'
import { reviewsReminded, tradeReviewed } from './review.ts'
import { riskBreach, riskWarning } from './risk.ts'
import { expiryWatched, marketOpened, preflightReported } from './schedule.ts'
import { sessionRefused, sessionResumed, sessionStarted } from './session.ts'
import { weekEnded } from './week.ts'

export function render(entry: JournalEntry, context: RenderContext): Post | null {
  const { event } = entry
  switch (event.type) {
    case 'campaign_armed':
      return campaignArmed(entry, event, context)
    case 'campaign_disarmed':
      return campaignDisarmed(entry, event, context)
    case 'session_started':
      return sessionStarted(entry, event, context)
    case 'session_refused':
      return sessionRefused(entry, event, context)
    case 'session_resumed':
      return sessionResumed(entry, event, context)
    case 'entry_decided':
      return entryDecided(entry, event, context)
    case 'entry_abandoned':
      return entryAbandoned(entry, event, context)
    case 'order_refused':
      return orderRefused(entry, event, context)
    case 'fill':
      return fill(entry, event, context)
    case 'risk_warning':
      return riskWarning(entry, event, context)
    case 'risk_breach':
      return riskBreach(entry, event, context)
    case 'exit_decided':
      return exitDecided(entry, event, context)
    case 'trade_closed':
      return tradeClosed(entry, event, context)
    case 'engine_alert':
      return engineAlert(entry, event, context)
    case 'session_ended':
      return sessionEnded(entry, event, context)
    case 'order_denied':
      return orderDenied(entry, event, context)
    case 'control_set':
      return controlSet(entry, event, context)
    case 'preflight_reported':
      return preflightReported(entry, event, context)
    case 'market_opened':
      return marketOpened(entry, event, context)
    case 'expiry_watched':
      return expiryWatched(entry, event, context)
    case 'day_reported':
      return dayReported(entry, event, context)
    case 'light_changed':
      return lightChanged(entry, event, context)
    case 'verdict_changed':
      return verdictChanged(entry, event, context)
    case 'week_ended':
      return weekEnded(entry, event, context)
    case 'trade_reviewed':
      return tradeReviewed(entry, event, context)
    case 'reviews_reminded':
      return reviewsReminded(entry, event, context)
    case 'review_submitted':
    case 'day_proved':
    case 'decision':
    case 'order_intent':
    case 'order_accepted':
    case 'order_ended':
    case 'mark':
      return null
    // The rest is the team's authority: a type that is decided nowhere does not compile there.
    default:
      return deskPost(entry, event, context)
  }
}
