/** What `npm run chaos` is asked for. Entry point: `readOptions`. */
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { reasonOf } from '../../config/reason.ts'

export const USAGE = `Usage: npm run chaos -- [options]

  --days N            simulated days with faults by chance (default 200)
  --seed S            seed of everything (default "1"); the same seed, the same run
  --day D             this one day only, with its trace
  --kill-every-call   a whole day once for every call in it, with a kill before and one after that call
  --at N              with --kill-every-call: only the call number N, with its trace
  --pairs             every pair of faults, one after the other, over a reduced day
  --pair A,B          with --pairs: only this one, e.g. broker.submit:late,store.commit:error, with its trace
  --from N, --to N    with --kill-every-call or --pairs: only these calls or pairs, to do them in parts
  --live-pace         every timer as it runs live: slower, the same checks
  --trace N           lines of trace to print (default 150)
`

const whole = (least: number) => z.coerce.number().int().min(least)

const schema = z.strictObject({
  days: whole(1).max(10_000_000).default(200),
  seed: z.string().min(1).default('1'),
  day: whole(0).optional(),
  'kill-every-call': z.boolean().default(false),
  at: whole(1).optional(),
  pairs: z.boolean().default(false),
  pair: z
    .string()
    .regex(/^[\w.]+:\w+,[\w.]+:\w+$/, 'expected site:kind,site:kind')
    .optional(),
  from: whole(1).default(1),
  to: whole(1).optional(),
  'live-pace': z.boolean().default(false),
  trace: whole(1).max(1_000_000).default(150),
})

export type ChaosCommand = z.infer<typeof schema>

/** A command, or what is wrong with it. */
export function readOptions(args: readonly string[]): ChaosCommand | { readonly problem: string } {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        days: text,
        seed: text,
        day: text,
        'kill-every-call': flag,
        at: text,
        pairs: flag,
        pair: text,
        from: text,
        to: text,
        'live-pace': flag,
        trace: text,
      },
    })
    const parsed = schema.safeParse(values)
    return parsed.success ? parsed.data : { problem: z.prettifyError(parsed.error) }
  } catch (error) {
    return { problem: reasonOf(error) }
  }
}
