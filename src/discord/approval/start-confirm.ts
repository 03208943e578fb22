/**
 * `/start` on a paper account asks once more: the plan, and a button that only whoever asked may press, for two
 * minutes.
 *
 * 1. The button carries what it starts, so that any bot can answer it, also one that began after it was posted.
 * 2. However often it is pressed, it is one job: its id is that of the command.
 * 3. Starting and calling off exclude each other: whichever was pressed first, on whatever bot, is what the store
 *    holds.
 * 4. A question that nobody answered says in time that it is too late, whichever bot is there then.
 */
import { type ButtonInteraction, MessageFlags } from 'discord.js'
import { COLOURS, embed, plain } from '../../feed/embed.ts'
import { planFields, planTitle, riskSentence } from '../../feed/render/plan.ts'
import { type CommandResult, commandJobSchema } from '../../queue/jobs.ts'
import type { Actor } from '../../session/events.ts'
import type { Refusal } from '../../session/refusal.ts'
import { PROFILE_NAMES, type ProfileName } from '../../strategy/types.ts'
import { MINUTE_MS } from '../../time/units.ts'
import { buttonRow } from '../button-row.ts'
import type { Desk } from '../desk.ts'
import { type ButtonHandler, customId, partsOf } from '../handlers.ts'
import { answeredInTime, expireLater, startChoice } from '../kept-replies.ts'
import { answered, type No } from '../late-answer.ts'
import type { Reply } from '../reply.ts'
import { armedReply } from '../views/campaign-reply.ts'
import { notConfirmedReply, notStartedReply } from '../views/confirm-reply.ts'
import { refusedStart } from '../views/refused-reply.ts'

const START_BUTTON = 'start-go'
const CANCEL_BUTTON = 'start-no'
const CONFIRM_WITHIN_MS = 2 * MINUTE_MS
const ANSWER_WAIT_MS = 12_000
const ANY_STRUCTURE = 'configured'

type Done = Extract<CommandResult, { ok: true }>

interface StartWish {
  readonly profile: ProfileName
  readonly structure: string | null
  /** The command's id. */
  readonly id: string
  readonly actor: Actor
  readonly asked_wall_ms: number
}

/** `name:profile:structure:starter:asked:id`. */
function idOf(name: string, { profile, structure, id, actor, asked_wall_ms }: StartWish): string {
  return customId(name, profile, structure ?? ANY_STRUCTURE, actor.id, asked_wall_ms.toString(36), id)
}

function wishOf(interaction: ButtonInteraction, actor: Actor): (StartWish & { readonly starterId: string }) | null {
  const [name, structure = '', starterId = '', asked = '', id = ''] = partsOf(interaction.customId)
  const profile = PROFILE_NAMES.find((known) => known === name)
  const asked_wall_ms = Number.parseInt(asked, 36)
  if (profile === undefined || id === '' || !Number.isFinite(asked_wall_ms)) return null
  return { profile, structure: structure === ANY_STRUCTURE ? null : structure, id, actor, asked_wall_ms, starterId }
}

export function confirmReply(answer: Done, wish: StartWish, desk: Desk): Reply {
  const { plan, message } = answer
  const what = plan === null ? '' : `\n**Plan:** ${planTitle(plan)}. ${riskSentence(plan)}`
  return {
    embeds: [
      embed({
        colour: COLOURS.plan,
        title: `❔ Start ${wish.profile}?`,
        description: `${plain(message)}${what}\nOnly **${plain(wish.actor.name)}** can confirm, within 2 minutes.`,
        fields: plan === null ? [] : planFields(plan),
        footer: `Asked for by ${wish.actor.name}`,
      }),
    ],
    buttons: buttonRow([
      { id: idOf(START_BUTTON, wish), label: 'Start trading', look: 'primary' },
      { id: idOf(CANCEL_BUTTON, wish), label: 'Do not start', look: 'secondary' },
    ]),
    onSent: async (at) => {
      const { id, actor, asked_wall_ms } = wish
      const kept = { kind: 'confirm', at, id, actor, due_ms: asked_wall_ms + CONFIRM_WITHIN_MS } as const
      await desk.kept.keep(kept)
      expireLater(kept, desk)
    },
  }
}

/** What was pressed first, of all that were. */
const chosen = (desk: Desk, { id }: StartWish, choice: 'start' | 'cancel'): Promise<string> =>
  desk.authority.choose(startChoice(id), choice)

const refuse: ButtonHandler['refuse'] = (interaction, desk, { actor, log }): Refusal | null => {
  const wish = wishOf(interaction, actor)
  const no = (code: Refusal['code'], message: string): Refusal => ({ code, message, numbers: {} })
  if (wish === null) return no('stale_command', 'This button is of an older version. Type `/start` again.')
  if (wish.starterId !== actor.id) {
    return no('not_permitted', 'Only whoever typed `/start` confirms it. Type your own `/start` if it is to be yours.')
  }
  if (desk.wall.now_ms() - wish.asked_wall_ms >= CONFIRM_WITHIN_MS) {
    const { channelId, id: messageId } = interaction.message
    desk
      .editMessage({ channelId, messageId }, notConfirmedReply(actor).embeds)
      .catch((error: unknown) => log.debug({ err: error }, 'a question that expired could not be made again'))
    return no('approval_expired', 'More than 2 minutes have passed, so nothing was started. Type `/start` again.')
  }
  return null
}

/** What both buttons have in common. */
const CONFIRMATION = { authority: 'operate', answer: 'update', refuse } as const

export const startConfirmButton: ButtonHandler = {
  ...CONFIRMATION,
  name: START_BUTTON,
  async run(interaction, desk, request) {
    const wish = wishOf(interaction, request.actor)
    if (wish === null) return null
    await answeredInTime(wish.id, { messageId: interaction.message.id }, desk)
    if ((await chosen(desk, wish, 'start')) !== 'start') {
      return notStartedReply('⏹️ Not started', 'It was called off. Type `/start` again.', request.actor)
    }
    const job = commandJobSchema.parse({
      kind: 'start',
      id: wish.id,
      actor: request.actor,
      requestedAt_ms: desk.wall.now_ms(),
      profile: wish.profile,
      structure: wish.structure,
    })
    // What was found before the start stays beside it.
    const rest = interaction.message.embeds.slice(1).map((shown) => shown.toJSON())
    const asked = { command: 'start', job: { ...job, id: `${wish.id}-confirmed` }, wait_ms: ANSWER_WAIT_MS } as const
    const refused = (no: No) => refusedStart(no, request.actor, desk)
    return answered({ ...asked, meanwhile: async () => rest, refused }, desk, (result) => {
      const armed = armedReply(result, request.actor, desk.feedChannelId)
      return { ...armed, embeds: [...armed.embeds, ...rest] }
    })
  },
}

export const startCancelButton: ButtonHandler = {
  ...CONFIRMATION,
  name: CANCEL_BUTTON,
  async run(interaction, desk, request) {
    const wish = wishOf(interaction, request.actor)
    if (wish === null) return null
    if ((await chosen(desk, wish, 'cancel')) !== 'cancel') {
      const description =
        'It was confirmed before: trading is being started, or has been. `/status` shows it, `/stop` ends it.'
      const footer = `Asked for by ${request.actor.name}`
      await interaction.followUp({
        embeds: [embed({ colour: COLOURS.warning, title: '⚠️ Too late to call off', description, footer })],
        flags: MessageFlags.Ephemeral,
      })
      return null
    }
    await answeredInTime(wish.id, { messageId: interaction.message.id }, desk)
    return notStartedReply('⏹️ Not started', 'Nothing was started.', request.actor)
  },
}
