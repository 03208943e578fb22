/**
 * A team at a desk whose day goes on as the test says: the real bot and store in the chat simulator, no market. One a
 * test; it is closed by `TradeTeam.close`.
 */
import type { APIMessage } from 'discord.js'
import { CHANNEL_ID } from '../../src/sim/discord/fixtures.ts'
import { campaignOf, commitTo } from './archive.ts'
import type { TestChatOptions } from './chat-in-test.ts'
import type { ChatUser } from './chat-user.ts'
import { journalEvents } from './journal-samples.ts'
import { REVIEW_ACCOUNT, type ReviewTeam, startTeam } from './review-desk.ts'

const EVENTS = journalEvents()
/** The sample day up to the decision, the last opening fill, the closed trade. */
export const DECIDED = EVENTS.findIndex(({ type }) => type === 'entry_decided') + 1
export const OPENED = EVENTS.findLastIndex((event) => event.type === 'fill' && event.purpose === 'open') + 1
export const CLOSED = EVENTS.findIndex(({ type }) => type === 'trade_closed') + 1

export const isCard = (message: APIMessage): boolean =>
  / · trade 2026-07-17-1 · [0-9a-f]{6}$/.test(message.embeds[0]?.footer?.text ?? '')

export const titleOf = (message: APIMessage): string => message.embeds[0]?.title ?? ''

export class TradeTeam {
  readonly team: ReviewTeam
  readonly olivia: ChatUser
  #at: number

  private constructor(team: ReviewTeam, at: number) {
    this.team = team
    this.olivia = team.olivia
    this.#at = at
  }

  /** A day that has come as far as its first `count` events. */
  static async start(count: number, options: TestChatOptions = {}): Promise<TradeTeam> {
    const team = await startTeam([], options)
    const campaign = { expectedSeq: 0, value: campaignOf(REVIEW_ACCOUNT) }
    await commitTo(team.store, EVENTS.slice(0, count), { campaign })
    return new TradeTeam(team, count)
  }

  async goOn(to: number): Promise<void> {
    await commitTo(this.team.store, EVENTS.slice(this.#at, to))
    this.#at = to
  }

  /** The card whose title has `title`, there already or to come. */
  card(title: string, text = ''): Promise<APIMessage> {
    const isWanted = (message: APIMessage): boolean =>
      isCard(message) && titleOf(message).includes(title) && JSON.stringify(message.embeds).includes(text)
    return this.olivia.waitFor(isWanted)
  }

  cards(): readonly APIMessage[] {
    return this.olivia.messages(CHANNEL_ID).filter(isCard)
  }

  /** What the bot told in the thread of a card, a line each. */
  notes({ id }: Pick<APIMessage, 'id'>): readonly string[] {
    const lines = this.olivia.messages(id).flatMap(({ content }) => content.split('\n'))
    return lines.filter((line) => line.startsWith('`#'))
  }

  async told(card: Pick<APIMessage, 'id'>, count: number): Promise<void> {
    await this.olivia.until(() => this.notes(card).length >= count, `${count} notes`)
  }

  async archived({ id }: Pick<APIMessage, 'id'>, isArchived: boolean): Promise<void> {
    const look = () => this.olivia.channels().some((channel) => channel.id === id && channel.archived === isArchived)
    await this.olivia.until(look, `the thread to be ${isArchived ? 'archived' : 'awake'}`)
  }

  close(): Promise<void> {
    return this.team.close()
  }
}
