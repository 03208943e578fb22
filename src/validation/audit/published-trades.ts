/**
 * The two tables an audit reads: a published table of trades, and official daily closes.
 *
 * Entry points: `readPublishedTrades`, `readOfficialCloses`. Both throw `DataFileError` naming each line and the
 * reason.
 *
 * 1. Nothing is repaired: a row that cannot be used refuses the whole file.
 * 2. Both must be sorted by date and hold trading days only; a repeated row is refused.
 */
import { type DataRow, FileProblems, parsePrice, readDataFile } from '../../replay/data-file.ts'
import { DayCursor } from '../../replay/day-rows.ts'
import { centsOf } from '../../strategy/exact.ts'

/** Prices dollars a share as exact decimals (see `strategy/exact.ts`). */
export interface PublishedTrade {
  /** Line in the file, 1 is the header. */
  readonly line: number
  readonly date: string
  readonly contracts: number
  readonly strike: number
  readonly premium: number
  /** The price the published figure was settled at. */
  readonly publishedClose: number
  readonly publishedPnlCents: number
  /**
   * What the table itself says the official close was, and whether its input was cut off; null where it does not say.
   */
  readonly statedClose: number | null
  readonly statedTruncated: boolean | null
}

interface OfficialCloses {
  readonly file: string
  /** Date → official close. */
  readonly closes: ReadonlyMap<string, number>
}

const TRADE_COLUMNS = ['date', 'contracts', 'strike', 'premium', 'published_close', 'published_pnl'] as const
const STATED_COLUMNS = ['true_close', 'input_truncated'] as const
const DAILY_COLUMNS = ['date', 'close'] as const

/** More rows than any table of trades has; keeps a wrong file from filling the memory. */
const ROWS_MAX = 100_000
/** Beyond this an amount is no P&L of an account, and cents would no longer be exact. */
const DOLLARS_MAX = 1e12

const SIGNED = /^-?\d+(\.\d+)?([eE][-+]?\d{1,2})?$/
const WHOLE = /^\d{1,9}$/
const TRUTHS: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false }

/** Checks the cells of one row; each that is wrong becomes a problem with its column's name. */
class RowCheck {
  readonly #problems: FileProblems
  readonly #line: number
  ok = true

  constructor(problems: FileProblems, line: number) {
    this.#problems = problems
    this.#line = line
  }

  fail(column: string, expected: string, cell: string): void {
    this.ok = false
    this.#problems.add(this.#line, `${column}: expected ${expected}, got "${cell}"`)
  }

  price(column: string, cell: string): number {
    const price = parsePrice(cell)
    if (price !== null && price > 0 && price < DOLLARS_MAX) return price
    this.fail(column, 'a price above 0', cell)
    return 0
  }

  contracts(cell: string): number {
    if (WHOLE.test(cell) && Number(cell) > 0) return Number(cell)
    this.fail('contracts', 'a whole number above 0', cell)
    return 0
  }

  dollarsInCents(column: string, cell: string): number {
    if (SIGNED.test(cell) && Math.abs(Number(cell)) < DOLLARS_MAX) return centsOf(cell)
    this.fail(column, 'an amount in dollars', cell)
    return 0
  }

  truth(column: string, cell: string): boolean | null {
    if (cell === '') return null
    const truth = TRUTHS[cell.toLowerCase()]
    if (truth === undefined) this.fail(column, 'True or False', cell)
    return truth ?? null
  }
}

function tradeOf({ line, cells }: DataRow, problems: FileProblems): PublishedTrade | null {
  const [date = '', contracts = '', strike = '', premium = '', close = '', pnl = '', stated = '', truncated = ''] =
    cells
  const check = new RowCheck(problems, line)
  const trade = {
    line,
    date,
    contracts: check.contracts(contracts),
    strike: check.price('strike', strike),
    premium: check.price('premium', premium),
    publishedClose: check.price('published_close', close),
    publishedPnlCents: check.dollarsInCents('published_pnl', pnl),
    statedClose: stated === '' ? null : check.price('true_close', stated),
    statedTruncated: check.truth('input_truncated', truncated),
  }
  return check.ok ? trade : null
}

/** The trades of a table in the order of their dates. */
export async function readPublishedTrades(file: string): Promise<readonly PublishedTrade[]> {
  const problems = new FileProblems(file)
  const cursor = new DayCursor(problems)
  const trades: PublishedTrade[] = []
  const seen = new Map<string, number>()
  for await (const rows of readDataFile(file, TRADE_COLUMNS, problems, STATED_COLUMNS)) {
    for (const row of rows) {
      if (cursor.enterDate(row.cells[0] ?? '', row.line) === 'bad') continue
      const key = row.cells.join(',')
      const first = seen.get(key)
      if (first !== undefined) problems.add(row.line, `expected each trade once, this repeats line ${first}`)
      seen.set(key, row.line)
      if (seen.size > ROWS_MAX) problems.add(row.line, `expected at most ${ROWS_MAX} trades`)
      const trade = tradeOf(row, problems)
      if (trade !== null) trades.push(trade)
    }
  }
  problems.throwIfAny()
  return trades
}

/** Official closes by date. */
export async function readOfficialCloses(file: string): Promise<OfficialCloses> {
  const problems = new FileProblems(file)
  const cursor = new DayCursor(problems)
  const closes = new Map<string, number>()
  for await (const rows of readDataFile(file, DAILY_COLUMNS, problems)) {
    for (const { line, cells } of rows) {
      const [date = '', close = ''] = cells
      const entered = cursor.enterDate(date, line)
      if (entered === 'bad') continue
      if (entered === 'same') problems.add(line, `expected one row a day, got ${date} again`)
      closes.set(date, new RowCheck(problems, line).price('close', close))
    }
  }
  problems.throwIfAny()
  return { file, closes }
}
