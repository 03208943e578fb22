import { describe, expect, test } from 'vitest'
import { VERA } from '../../src/sim/discord/fixtures.ts'
import { readTried } from '../../src/store/tried-runs.ts'
import { desk, person, SeenFiles, saw } from '../support/bot-bench.ts'
import { controlsOf, textOf } from '../support/chat-user.ts'
import { ended, result, results, TWO_DAYS, useStudyBench } from '../support/study-bench.ts'
import { eventually } from '../support/waits.ts'

const bench = useStudyBench()
const studying = () => desk({ parts: { studies: bench.current().ports } })

describe('/backtest', () => {
  test('is shown while it waits and runs, and its tear sheet is posted with picture and document', async () => {
    bench.current().addDataSet('july', TWO_DAYS)
    const files = new SeenFiles()
    const { user } = await desk({ parts: { studies: bench.current().ports }, middleware: [files.middleware] })
    await user.slash('backtest', { fills: 'touch', data: 'july', structure: 'short_put' })
    const waiting = await saw(user, 'Backtest: waiting')
    expect(textOf(waiting)).toContain('recorded books july, all days')
    expect(controlsOf(waiting).map(({ label }) => label)).toEqual(['Cancel'])
    bench.current().addWorker()
    const post = await result(user)
    expect(textOf(post)).toContain('Backtest: +$835.00 in 2 days')
    expect(textOf(post)).toContain('Worst day')
    expect(textOf(post)).toContain('profit target: +$1,917.50, 1 of 1 won')
    expect(textOf(post)).toContain('By volatility estimate at entry')
    expect(post.attachments.map(({ filename }) => filename)).toEqual(['backtest.json'])
    expect(files.descriptions.join()).toContain('Backtest of 2026-07-16 to 2026-07-17')
    const images = post.embeds.map(({ image }) => image?.url ?? '')
    expect(images.map((url) => /tear-sheet-\w+/.exec(url)?.[0])).toEqual([
      'tear-sheet-equity',
      'tear-sheet-trades',
      'tear-sheet-conditions',
    ])
    expect(textOf(post)).toContain('2 days say nothing of it')
    const over = await ended(user, 'done')
    expect(over.id).toBe(waiting.id)
    expect(textOf(over)).toContain(`/${post.id}`)
    expect(controlsOf(over)).toEqual([])
    const places = { dataDir: bench.current().folder, store: bench.current().store, say: () => undefined }
    expect(await readTried(places)).toMatchObject([{ actor: 'Olivia', kind: 'backtest', set: {}, sweeps: [] }])
  })

  test('is about the structure that the desk trades, unless another is asked for', async () => {
    const { user } = await studying()
    await user.slash('backtest', { fills: 'touch', days: 1 })
    expect(textOf(await saw(user, 'Backtest: waiting'))).toContain('25k put spread')
    await user.slash('what-if', { fills: 'touch', days: 1 })
    await user.slash('backtest', { fills: 'touch', days: 1, structure: 'short_put' })
    await saw(user, '25k short put')
    // They are written down once the message is there.
    const specs = await eventually('the three', async () => {
      const records = await bench.current().ports.store.all()
      return records.length === 3 ? records.map(({ job }) => job.spec) : null
    })
    expect(specs).toMatchObject([
      { kind: 'backtest', structure: 'put_spread' },
      { kind: 'what_if', structure: 'put_spread' },
      { kind: 'backtest', structure: 'short_put' },
    ])
  })

  test('a sweep says how many variants were tried, and the best of them', async () => {
    bench.current().addDataSet('july', TWO_DAYS)
    bench.current().addWorker()
    const { user } = await studying()
    const sweep = 'profitTargetShare=0.3,0.5 maxLossPerTrade=600,1000'
    await user.slash('backtest', { fills: 'mid', data: 'july', set: 'vixMax=24', sweep })
    const post = textOf(await result(user))
    expect(post).toContain('Best of 4 variants on these very days')
    expect(post).toContain('vixMax=24')
    expect(post).toContain('4 variants ever tried')
    // Another study of the same days is one among all of them, its own and those of the first.
    await user.slash('what-if', { fills: 'mid', data: 'july', stops: '600,1000', targets: '0.3,0.5' })
    await saw(user, '8 variants ever tried')
    await user.slash('backtest', { fills: 'touch', data: 'july', set: 'vixMax=23' })
    await saw(user, '9 variants ever tried')
  })

  test('refuses what cannot be run, with what to do, before anybody waits for it', async () => {
    const { user } = await studying()
    const refusal = async (options: Record<string, string | number>): Promise<string> => {
      const before = user.messages().length
      await user.slash('backtest', { fills: 'touch', ...options })
      return user.until(() => {
        const fresh = user.messages().slice(before).map(textOf)
        return fresh.find((text) => text.includes('bad_option'))
      }, 'a refusal')
    }
    expect(await refusal({ set: 'vixmax=20' })).toMatch(/expected one of .*did you mean vixMax\?/s)
    expect(await refusal({ sweep: 'target=1,2' })).toContain('did you mean profitTargetShare?')
    expect(await refusal({ set: 'vixMax=high' })).toContain('vixMax')
    expect(await refusal({ sweep: 'vixMax=5:1:1' })).toContain('expected from ≤ to')
    expect(await refusal({ sweep: 'vixMax=1:500:0.1' })).toContain('at most 1000 variants')
    expect(await refusal({ sweep: 'vixMax=1:100:0.2', days: 2000 })).toContain('at most 250000 variant-days')
    expect(await refusal({ from: 'yesterday' })).toContain('expected a date like 2026-07-17')
    expect(await refusal({ source: 'recorded' })).toContain('data: expected the name of a data set')
    expect(await refusal({ data: '../secrets' })).toContain('data: expected the name of a data set')
    expect(await refusal({ data: 'july', seed: '7' })).toContain('seed: not an option of source recorded')
    expect(await refusal({ data: 'july', from: '2026-07-17', to: '2026-07-01' })).toContain('not after')
    expect(await refusal({ source: 'alpaca', from: '2026-07-01', to: '2026-07-03' })).toContain('mid or seed')
    expect(await refusal({ source: 'alpaca', from: '2026-07-01' })).toContain('expected both')
    expect(await bench.current().ports.store.all()).toEqual([])
  })

  test('a data set that is not there is refused with those that are, a damaged one with line and reason', async () => {
    bench.current().addDataSet('july', TWO_DAYS)
    bench
      .current()
      .addDataSet('bad', { ...TWO_DAYS, 'quotes.csv': [...TWO_DAYS['quotes.csv'], '2026-07-17,10:05:00,600'] })
    bench.current().addWorker()
    const { user } = await studying()
    await user.slash('backtest', { fills: 'touch', data: 'june' })
    expect(textOf(await ended(user, 'not done'))).toMatch(/got "june".*there is bad, july/)
    await user.slash('backtest', { fills: 'touch', data: 'bad' })
    await user.waitFor((message) => textOf(message).includes('bad/quotes.csv:6: expected 6 fields, got 3'))
    expect(results(user)).toEqual([])
  })

  test('is cancelled by any operator, waiting or running; viewers may neither ask nor cancel', async () => {
    const { bot, user } = await studying()
    await user.slash('backtest', { fills: 'touch', days: 500, sweep: 'vixMax=11:30:0.1' })
    const waiting = await saw(user, 'Backtest: waiting')
    const vera = await person(bot, VERA.id)
    await vera.slash('backtest', { fills: 'touch' })
    expect(textOf(await saw(vera, 'not_permitted'))).toContain('operator role')
    await user.press(waiting, 'Cancel')
    expect(textOf(await ended(user, 'cancelled'))).toContain('By Olivia')
    bench.current().addWorker()
    await user.slash('backtest', { fills: 'touch', days: 500, seed: 'b', sweep: 'vixMax=11:30:0.1' })
    const running = await ended(user, 'running')
    await user.press(running, 'Cancel')
    await user.waitFor((m) => m.id === running.id && textOf(m).includes(': cancelled'))
    expect(results(user)).toEqual([])
    expect(
      await readTried({ dataDir: bench.current().folder, store: bench.current().store, say: () => undefined }),
    ).toEqual([])
  })

  test('offers the data sets of the workers', async () => {
    bench.current().addDataSet('july', TWO_DAYS)
    bench.current().addDataSet('baseline', { 'trades.csv': ['date'], 'daily.csv': ['date'] })
    bench.current().addDataSet('nothing', { 'readme.txt': ['x'] })
    await bench.current().ports.dataSets.tell(
      'w1',
      [
        { name: 'july', uses: ['books'] },
        { name: 'baseline', uses: ['audit'] },
      ],
      Date.now(),
    )
    const { user } = await studying()
    expect(await user.complete('backtest', { fills: 'touch' }, 'data')).toEqual([{ name: 'july', value: 'july' }])
    expect(await user.complete('audit', {}, 'data')).toEqual([{ name: 'baseline', value: 'baseline' }])
  })

  test('completes the names of the numbers that may be changed, beside what was typed', async () => {
    const { user } = await studying()
    const values = async (option: string, typed: string) =>
      (await user.complete('backtest', { fills: 'touch', [option]: typed }, option)).map(({ value }) => value)
    expect(await values('set', 'vixMax=20 pre')).toEqual([
      'vixMax=20 premiumMin=',
      'vixMax=20 premiumMax=',
      'vixMax=20 spreadMax=',
    ])
    expect(await values('set', 'TARGET')).toEqual(['profitTargetShare='])
    expect(await values('sweep', 'vixMax=15,20')).toEqual(['vixMax=15,20'])
    expect(await values('set', 'vixMax=20 vix')).toEqual([])
    expect(await values('set', '')).toHaveLength(18)
  })

  test('no more are taken than anybody waits for', async () => {
    const { user } = await studying()
    for (let count = 0; count < 10; count++) await user.slash('backtest', { fills: 'touch', seed: String(count) })
    await saw(user, 'Waiting: 9 before it')
    await user.slash('backtest', { fills: 'touch' })
    expect(textOf(await saw(user, 'not_now'))).toContain('10 studies are waiting or running')
  })
})

describe('/what-if and /audit', () => {
  test('/what-if posts the rule, the best of the grid, its heat map and what the source can prove', async () => {
    bench.current().addDataSet('july', TWO_DAYS)
    bench.current().addWorker()
    const files = new SeenFiles()
    const { user } = await desk({ parts: { studies: bench.current().ports }, middleware: [files.middleware] })
    const asked = { fills: 'touch', data: 'july', structure: 'short_put' }
    await user.slash('what-if', { ...asked, stops: '600,1000', targets: '0.3,0.5' })
    const post = textOf(await result(user))
    expect(post).toContain('What-if of the exits: the rule makes +$417.50 a day')
    expect(post).toContain('What this can prove')
    expect(post).toContain('4 variants ever tried')
    expect(files.descriptions.join()).toContain('Mean day of 4 pairs of stop and target')
    await user.slash('what-if', { fills: 'touch', data: 'july', stops: '600,x' })
    expect(textOf(await saw(user, 'bad_option'))).toContain('maxLossPerTrade')
  })

  const TRADES = [
    'date,contracts,strike,premium,published_close,published_pnl',
    '2024-03-01,10,510,1.00,511,993.50',
    '2024-03-04,10,512,1.00,513,993.50',
  ]
  const daily = (second: number) => ['date,close', '2024-03-01,511', `2024-03-04,${second}`]

  test('/audit posts the finding with chart, document and text, and follows its input', async () => {
    bench.current().addDataSet('as-used', { 'trades.csv': TRADES, 'daily.csv': daily(513) })
    bench.current().addDataSet('lower', { 'trades.csv': TRADES, 'daily.csv': daily(510) })
    bench.current().addWorker()
    const files = new SeenFiles()
    const { user } = await desk({ parts: { studies: bench.current().ports }, middleware: [files.middleware] })
    await user.slash('audit', { data: 'as-used' })
    const post = await saw(user, 'Audit: $993.50 → $993.50 a day')
    expect(textOf(post)).toContain('Every trade was settled at the official close')
    expect(post.attachments.map(({ filename }) => filename).sort()).toEqual(['audit.json', 'audit.md'])
    expect(files.descriptions.join()).toContain('2 trades over 2 trading days')
    await user.slash('audit', { data: 'lower' })
    // The second put ends $2 in the money: 10 × 100 × $2 less, over two days.
    const other = await user.waitFor((m) => /Audit: \$993\.50 → −\u2060?\$6\.50 a day/.test(textOf(m)))
    expect(textOf(other)).toContain('On 1 of 2 trades the close used was not the close')
    await user.slash('audit', { data: 'lower', from: '2024-03-05', to: '2024-03-01' })
    expect(textOf(await saw(user, 'bad_option'))).toContain('from: expected a date not after')
  })
})
