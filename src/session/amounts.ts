/** Amounts in the desk's own messages, as people read them, whatever decimals a number brought along. Pure. */
const DOLLARS = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })
/** Averages of several fills have many places; four tell them apart. */
const SHARE = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 4 })

/** Exact texts and numbers alike: `$74,200.00`, `-$12.50`. */
export const dollarsText = (amount: number | string): string => DOLLARS.format(Number(amount))

/** A price a share: `$0.66`, `$0.3333`. */
export const priceText = (price: number | string): string => SHARE.format(Number(price))
