/** The active bot's authority: what its handlers use, and what runs beside them. Entry point: `setUpAuthority`. */
import type { Client } from 'discord.js'
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'
import type { FeedStore } from '../../feed/port.ts'
import type { AuthorityStore } from '../../store/authority-store.ts'
import { type Auditor, createAuditor } from '../audit.ts'
import type { CommandSubmitter } from '../desk.ts'
import { KeptReplies } from '../kept-replies.ts'
import { createPostEditor, type PostEditor } from '../post-editor.ts'
import { Authority } from './authority.ts'
import { keepAuthority } from './keep.ts'
import { Later } from './later.ts'

export interface AuthoritySetup {
  readonly authority: Authority
  readonly audit: Auditor
  readonly later: Later
  readonly kept: KeptReplies
  readonly editMessage: PostEditor['remake']
  keep(signal: AbortSignal): Promise<'stopped'>
}

interface SetupDeps {
  readonly authority: AuthorityStore
  readonly feedStore: Pick<FeedStore, 'postOf'>
  readonly commands: CommandSubmitter
  readonly wall: WallClock
  readonly log: Logger
}

export function setUpAuthority(client: Client, { authority: store, feedStore, commands, wall, log }: SetupDeps) {
  const editor = createPostEditor(client)
  const authority = new Authority({ store, posts: feedStore, editor, commands, wall, log })
  const later = new Later(wall, log)
  const setup: AuthoritySetup = {
    authority,
    audit: createAuditor(store, { wall, log }),
    later,
    kept: new KeptReplies(store, log),
    editMessage: editor.remake,
    keep: (signal) => keepAuthority({ authority, store, later, wall, log }, signal),
  }
  return setup
}
