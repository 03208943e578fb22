/** Select menus as Discord accepts them, in messages and in modals. */
import { z } from 'zod'
import { componentId, customId, emoji } from './component-parts.ts'
import { list, optional, refuse, snowflake, text } from './form.ts'

const selectOption = z.object({
  label: text(1, 100),
  value: text(1, 100),
  description: optional(text(0, 100)),
  emoji: optional(emoji),
  default: optional(z.boolean()),
})

const selectBase = {
  id: componentId,
  custom_id: customId,
  placeholder: optional(text(0, 150)),
  min_values: z
    .int()
    .min(0)
    .max(25)
    .nullish()
    .transform((value) => value ?? 1),
  max_values: z
    .int()
    .min(1)
    .max(25)
    .nullish()
    .transform((value) => value ?? 1),
  disabled: optional(z.boolean()),
  /** Only in modals. */
  required: optional(z.boolean()),
}

export const stringSelect = z
  .object({ type: z.literal(3), ...selectBase, options: list(selectOption, 1, 25) })
  .superRefine((value, context) => {
    const seen = new Set<string>()
    value.options.forEach((option, index) => {
      if (seen.has(option.value)) {
        refuse(
          context,
          ['options', index, 'value'],
          'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
          'The specified option value is already used',
        )
      }
      seen.add(option.value)
    })
    if (value.min_values > value.max_values || value.max_values > value.options.length) {
      refuse(context, ['max_values'], 'SELECT_COMPONENT_MAX_VALUES', 'max_values must fit min_values and the options')
    }
  })

const entitySelect = <T extends 5 | 6 | 7 | 8>(type: T) =>
  z.object({
    type: z.literal(type),
    ...selectBase,
    default_values: optional(list(z.object({ id: snowflake, type: z.enum(['user', 'role', 'channel']) }), 0, 25)),
    ...(type === 8 ? { channel_types: optional(z.array(z.int())) } : {}),
  })

/** Users, roles, both, channels. */
export const entitySelects = [entitySelect(5), entitySelect(6), entitySelect(7), entitySelect(8)] as const
