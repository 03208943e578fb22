/** Open positions. Entry point: `toPositions`. */
import { z } from 'zod'
import type { BrokerPosition } from '../port.ts'
import { decimal, decode, quantity } from './decode.ts'

const positionSchema = z.object({
  symbol: z.string().min(1),
  qty: quantity,
  side: z.enum(['long', 'short']).nullish(),
  avgEntryPrice: decimal,
})

export function toPositions(answer: unknown): BrokerPosition[] {
  return decode(z.array(positionSchema), answer, 'positions').map((position) => ({
    symbol: position.symbol,
    // Shorts come with a negative quantity; `side` settles it should one come without.
    qty: position.side === 'short' ? -Math.abs(position.qty) : position.qty,
    avgEntryPrice: position.avgEntryPrice.replace(/^-/, ''),
  }))
}
