/**
 * Pictures of a reply: the first in its own embed, each further one in a small embed below. Entry point: `illustrated`.
 */
import type { APIEmbed } from 'discord.js'
import { COLOURS, embed } from '../../feed/embed.ts'
import type { ChartFile, ChartRequest } from '../../report/chart.ts'
import type { Desk, Request } from '../desk.ts'
import type { ReplyFile } from '../reply.ts'

export interface Picture {
  /** Name of the file; each picture of a reply has its own. */
  readonly file: string
  /** Above it, where it has an embed of its own. */
  readonly title: string
  readonly chart: ChartRequest
}

/** What is said stands without its picture too: one that cannot be drawn is logged and left out. */
export async function drawnOrNull(
  chart: ChartRequest,
  { draw }: Pick<Desk, 'draw'>,
  { log }: Pick<Request, 'log'>,
): Promise<ChartFile | null> {
  try {
    return await draw(chart)
  } catch (error) {
    log.error({ err: error, chart: chart.kind }, 'the chart could not be drawn')
    return null
  }
}

/** `first`: the reply's embed with that picture, or null for none. `footer`: of the further embeds. */
export async function illustrated(
  first: (image: string | null) => APIEmbed,
  pictures: readonly Picture[],
  desk: Pick<Desk, 'draw'>,
  request: Pick<Request, 'log'>,
  footer = '',
): Promise<{ readonly embeds: readonly APIEmbed[]; readonly files: readonly ReplyFile[] }> {
  const files: ReplyFile[] = []
  const shown: Picture[] = []
  for (const picture of pictures) {
    const drawn = await drawnOrNull(picture.chart, desk, request)
    if (drawn === null) continue
    shown.push(picture)
    files.push({ name: picture.file, data: drawn.png, description: drawn.alt })
  }
  const [own, ...others] = shown
  const more = others.map(({ title, file }) => embed({ colour: COLOURS.neutral, title, footer, image: file }))
  return { embeds: [first(own?.file ?? null), ...more], files }
}
