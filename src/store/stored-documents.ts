/**
 * The documents of the store as they come back: checked, and handed on as they stand, so that who writes one again
 * keeps what another version put into it. Pure.
 *
 * Entry points: `readCampaign`, `readKnownCampaign`, `readSession`. They throw `UnreadableDocument`.
 */
import { z } from 'zod'
import type { Campaign } from '../session/campaign.ts'
import { campaignSchema, sessionStateSchema } from '../session/documents.ts'
import { SESSION_STATE_VERSION, type SessionState } from '../session/state.ts'
import { UnreadableDocument } from './port.ts'

const overSchema = z.looseObject({ active: z.literal(false) })
const versionSchema = z.looseObject({ version: z.number() })

export const readCampaign = (key: string, json: string): Campaign => read(key, JSON.parse(json), campaignSchema)

/** Null: it is over and of a version that cannot be read any more. One that may still trade is never passed over. */
export function readKnownCampaign(key: string, json: string): Campaign | null {
  const value: unknown = JSON.parse(json)
  const isHistory = overSchema.safeParse(value).success && !campaignSchema.safeParse(value).success
  return isHistory ? null : read(key, value, campaignSchema)
}

export function readSession(key: string, json: string): SessionState {
  const value: unknown = JSON.parse(json)
  const version = versionSchema.safeParse(value).data?.version
  if (version !== undefined && version !== SESSION_STATE_VERSION) {
    throw new UnreadableDocument(key, `expected session state version ${SESSION_STATE_VERSION}, got ${version}`)
  }
  return read(key, value, sessionStateSchema)
}

function read<T>(key: string, value: unknown, schema: z.ZodType<T>): T {
  const { error } = schema.safeParse(value)
  if (error !== undefined) throw new UnreadableDocument(key, z.prettifyError(error).replaceAll(/\s*\n\s*/g, ' '))
  // The schema has just said so; what it returns would be without the members that this version does not know.
  return value as T
}
