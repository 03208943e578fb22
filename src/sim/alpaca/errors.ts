/**
 * Alpaca's refusals: HTTP status, its own code and message, and for some the numbers that decided.
 * Every refusal of the simulator is made here, so that a surprise on the real broker is one change.
 */

export class AlpacaError extends Error {
  readonly status: number
  readonly code: number
  readonly details: Readonly<Record<string, unknown>>

  constructor(status: number, code: number, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = 'AlpacaError'
    this.status = status
    this.code = code
    this.details = details
  }

  body(): Record<string, unknown> {
    return { code: this.code, message: this.message, ...this.details }
  }
}

const dollars = (cents: number): string => (cents / 100).toFixed(2)

export const unauthorized = (): AlpacaError => new AlpacaError(401, 40110000, 'request is not authorized')

export const malformed = (message: string): AlpacaError => new AlpacaError(400, 40010000, message)

export const missing = (field: string): AlpacaError => new AlpacaError(422, 40010001, `${field} is required`)

export const unprocessable = (message: string): AlpacaError => new AlpacaError(422, 42210000, message)

export const duplicateId = (): AlpacaError => new AlpacaError(422, 40010001, 'client_order_id must be unique')

export const notFound = (message: string): AlpacaError => new AlpacaError(404, 40410000, message)

export const rateLimited = (): AlpacaError => new AlpacaError(429, 42910000, 'rate limit exceeded')

export const serverError = (): AlpacaError => new AlpacaError(500, 50010000, 'internal server error occurred')

export const noSubscription = (feed: string): AlpacaError =>
  new AlpacaError(403, 42210000, `subscription does not permit querying ${feed} data`)

export const expiresSoon = (symbol: string): AlpacaError =>
  unprocessable(`contract ${symbol} expires soon, unable to open new positions`)

export const intentMismatch = (inferred: string, specified: string): AlpacaError =>
  unprocessable(`position intent mismatch, inferred: ${inferred}, specified: ${specified}`)

export const notCancelable = (status: string): AlpacaError => unprocessable(`order is already in "${status}" state`)

export const levelTooLow = (required: number, level: number): AlpacaError =>
  new AlpacaError(403, 40310000, `account not eligible to trade this option strategy`, {
    required_options_level: required,
    options_trading_level: level,
  })

export const uncovered = (): AlpacaError =>
  new AlpacaError(403, 40310000, 'account not eligible to trade uncovered option contracts')

export const insufficientOptionsPower = (
  requiredCents: number,
  availableCents: number,
  secured: boolean,
): AlpacaError =>
  new AlpacaError(
    403,
    40310000,
    `insufficient options buying power${secured ? ' for cash-secured put' : ''} (required: ${dollars(requiredCents)}, available: ${dollars(availableCents)})`,
    { cost_basis: dollars(requiredCents), options_buying_power: dollars(availableCents) },
  )

export const insufficientPower = (requiredCents: number, availableCents: number): AlpacaError =>
  new AlpacaError(403, 40310000, 'insufficient buying power', {
    buying_power: dollars(availableCents),
    cost_basis: dollars(requiredCents),
  })

export const insufficientQty = (
  symbol: string,
  requested: number,
  existing: number,
  held: number,
  relatedOrders: readonly string[],
): AlpacaError =>
  new AlpacaError(
    403,
    40310000,
    `insufficient qty available for order (requested: ${requested}, available: ${existing - held})`,
    {
      available: String(existing - held),
      existing_qty: String(existing),
      held_for_orders: String(held),
      related_orders: relatedOrders,
      symbol,
    },
  )
