/** Alpaca's account, and which kind of market its figures come from. Entry points: `toAccount`, `sourceOfAccount`. */
import { z } from 'zod'
import type { BrokerAccount, Source } from '../port.ts'
import { decimal, decode } from './decode.ts'

const accountSchema = z.object({
  id: z.string().min(1),
  accountNumber: z.string().min(1),
  status: z.string(),
  accountBlocked: z.boolean().nullish(),
  tradingBlocked: z.boolean().nullish(),
  tradeSuspendedByUser: z.boolean().nullish(),
  equity: decimal,
  cash: decimal,
  // Absent on an account without options.
  optionsBuyingPower: decimal.nullish(),
  optionsTradingLevel: z.number().int().nullish(),
})

const SIM = /^SIM-(.+)-[^-]+$/
const REPLAY_PREFIX = 'REPLAY-'

/** Simulated markets say what they are in the account number; every other account is a paper account. */
export function sourceOfAccount(number: string): Source {
  const seed = SIM.exec(number)?.[1]
  if (seed !== undefined) return { kind: 'SIM', label: seed }
  if (number.startsWith(REPLAY_PREFIX)) return { kind: 'REPLAY', label: 'recorded' }
  return { kind: 'PAPER', label: number }
}

export function toAccount(answer: unknown): BrokerAccount {
  const account = decode(accountSchema, answer, 'an account')
  return {
    id: account.id,
    number: account.accountNumber,
    source: sourceOfAccount(account.accountNumber),
    status: account.status,
    blocked: [account.accountBlocked, account.tradingBlocked, account.tradeSuspendedByUser].includes(true),
    equity: account.equity,
    cash: account.cash,
    optionsBuyingPower: account.optionsBuyingPower ?? '0',
    optionsLevel: account.optionsTradingLevel ?? 0,
  }
}
