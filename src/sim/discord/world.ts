/** Everything the simulated server knows, and the rules that need more than one part of it. */
import { PermissionFlagsBits } from 'discord-api-types/v10'
import { type Channel, Channels } from './channels.ts'
import { Commands } from './commands.ts'
import { Directory } from './directory.ts'
import { apiErrors } from './errors.ts'
import { Files } from './files.ts'
import type { FixtureUser } from './fixtures.ts'
import { Hub } from './hub.ts'
import { Interactions } from './interactions.ts'
import { Messages } from './messages.ts'
import { Outage } from './outage.ts'
import { snowflakes } from './snowflake.ts'
import type { SimTime } from './time.ts'

export class World {
  readonly time: SimTime
  readonly nextId: () => string
  readonly hub = new Hub()
  readonly outage: Outage
  readonly directory: Directory
  readonly files: Files
  readonly channels: Channels
  readonly messages: Messages
  readonly commands: Commands
  readonly interactions: Interactions

  /** `baseUrl`: where files are served. `botDenied`: permission bits that the channels deny the bot. */
  constructor(given: { time: SimTime; baseUrl: () => string; botDenied: bigint }) {
    this.time = given.time
    this.nextId = snowflakes(given.time)
    this.outage = new Outage(given.time, this.hub)
    this.directory = new Directory(given.botDenied)
    this.files = new Files(this.nextId, given.baseUrl)
    this.channels = new Channels(this.time, this.hub, this.directory)
    this.messages = new Messages(this.nextId, this.time, this.hub, this.files, this.channels)
    this.commands = new Commands(this.nextId, this.hub, this.directory)
    this.interactions = new Interactions(this)
  }

  /** Throws 50013 unless `user` has all of `bits` in the channels. */
  demand(user: FixtureUser, bits: bigint): void {
    if (!this.directory.has(user, PermissionFlagsBits.ViewChannel)) throw apiErrors.missingAccess()
    if (!this.directory.has(user, bits)) throw apiErrors.missingPermissions()
  }

  /** Writing wakes an archived thread, unless it is locked (50083) and `user` may not manage threads. */
  wake(channel: Channel, user: FixtureUser): Channel {
    const { thread } = channel
    if (thread === null) return channel
    if (thread.locked && (thread.archived || !this.directory.has(user, PermissionFlagsBits.ManageThreads))) {
      throw apiErrors.threadArchived()
    }
    if (thread.archived) this.channels.setThread(channel, { archived: false })
    if (!thread.members.has(user.id)) this.channels.join(channel, user.id)
    return channel
  }

  /** What is in an archived thread cannot be edited (50083). */
  refuseArchived(channel: Channel): void {
    if (channel.thread?.archived === true) throw apiErrors.threadArchived()
  }

  close(): void {
    this.outage.end()
    this.interactions.close()
    this.channels.close()
  }
}
