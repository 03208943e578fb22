/** The broker's clock and trading days. Entry points: `toClock`, `toSessions`. */
import { z } from 'zod'
import { newYorkToEpoch, secondOfDay } from '../../strategy/newyork-time.ts'
import type { SessionHours } from '../../strategy/types.ts'
import { UnreadableAnswerError } from '../errors.ts'
import { decode, instant } from './decode.ts'

const clockSchema = z.object({ timestamp: instant, isOpen: z.boolean() })
const daySchema = z.object({ date: z.date(), open: z.string(), close: z.string() })

export function toClock(answer: unknown): { readonly now_ms: number; readonly isOpen: boolean } {
  const clock = decode(clockSchema, answer, 'a clock')
  return { now_ms: clock.timestamp, isOpen: clock.isOpen }
}

function epochOf(date: string, time: string): number {
  const second = secondOfDay(time)
  if (second === null)
    throw new UnreadableAnswerError(`expected a time HH:MM in the calendar of ${date}, got "${time}"`)
  return newYorkToEpoch(date, second)
}

/** Alpaca gives New York times; half days show in the close. */
export function toSessions(answer: unknown, from: string, to: string): SessionHours[] {
  return decode(z.array(daySchema), answer, 'a calendar')
    .map((day) => ({ date: day.date.toISOString().slice(0, 10), open: day.open, close: day.close }))
    .filter((day) => day.date >= from && day.date <= to)
    .map((day) => ({ date: day.date, open_ms: epochOf(day.date, day.open), close_ms: epochOf(day.date, day.close) }))
}
