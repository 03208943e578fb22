/** Modals as Discord accepts them: rows with a text input, labels with an input or a select, and text displays. */
import { z } from 'zod'
import { customId } from './component-parts.ts'
import { checkWhole, textDisplay } from './components.ts'
import { list, optional, refuse, text } from './form.ts'
import { entitySelects, stringSelect } from './selects.ts'

const MODAL_COMPONENTS_MAX = 5

const textInput = z
  .object({
    type: z.literal(4),
    id: optional(z.int().min(0)),
    custom_id: customId,
    style: z.literal([1, 2]),
    label: optional(text(1, 45)),
    min_length: optional(z.int().min(0).max(4000)),
    max_length: optional(z.int().min(1).max(4000)),
    required: optional(z.boolean()),
    value: optional(text(0, 4000)),
    placeholder: optional(text(0, 100)),
  })
  .superRefine((input, context) => {
    if ((input.min_length ?? 0) > (input.max_length ?? 4000)) {
      refuse(context, ['min_length'], 'TEXT_INPUT_MIN_LENGTH', 'min_length must not exceed max_length')
    }
  })

const row = z
  .object({
    type: z.literal(1),
    id: optional(z.int().min(0)),
    components: list(z.discriminatedUnion('type', [textInput]), 1, 1),
  })
  .superRefine((value, context) => {
    if (value.components[0] !== undefined && value.components[0].label === undefined) {
      refuse(context, ['components', 0, 'label'], 'BASE_TYPE_REQUIRED', 'This field is required')
    }
  })

const label = z.object({
  type: z.literal(18),
  id: optional(z.int().min(0)),
  label: text(1, 45),
  description: optional(text(1, 100)),
  component: z.discriminatedUnion('type', [textInput, stringSelect, ...entitySelects]),
})

export const modalInput = z.object({
  custom_id: customId,
  title: text(1, 45),
  components: list(z.discriminatedUnion('type', [row, label, textDisplay]), 1, MODAL_COMPONENTS_MAX).superRefine(
    checkWhole,
  ),
})
