/** The button under a critical post. */
import { ACKNOWLEDGE_BUTTON } from '../../feed/buttons.ts'
import { COLOURS, embed, plain } from '../../feed/embed.ts'
import { duration } from '../../report/format.ts'
import { type ButtonHandler, partsOf } from '../handlers.ts'
import { refusalReply } from '../reply.ts'

export const acknowledgeButton: ButtonHandler = {
  name: ACKNOWLEDGE_BUTTON,
  authority: 'attend',
  answer: 'ephemeral',
  async run(interaction, desk, request) {
    const [key = ''] = partsOf(interaction.customId)
    const answer = await desk.authority.acknowledge(key, request.actor)
    if ('code' in answer) return refusalReply(answer)
    const { alert, isFirst } = answer
    const { acknowledged } = alert
    const by = plain(acknowledged?.actor.name ?? '', 200)
    const after = duration(acknowledged?.after_ms ?? 0)
    return {
      embeds: [
        embed({
          colour: COLOURS.neutral,
          title: isFirst ? '☑️ Acknowledged' : '☑️ Acknowledged already',
          description: isFirst
            ? `#${alert.alertNo} is yours: it is not repeated any more, and the post says that you took it.`
            : `By **${by}**, ${after} after it was posted.`,
          footer: `#${alert.alertNo}`,
        }),
      ],
    }
  },
}
