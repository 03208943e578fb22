/** Application commands as Discord accepts them. Entry points: `commandInput`, `COMMANDS_MAX`. */
import { z } from 'zod'
import { lengthOf, list, optional, refuse, text } from './form.ts'

export const COMMANDS_MAX = 100
const OPTIONS_MAX = 25
const CHARACTERS_MAX = 8_000
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u

export const OPTION = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
} as const

const name = z.string().superRefine((value, context) => {
  const length = lengthOf(value)
  if (length < 1 || length > 32) {
    refuse(context, [], 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 32 in length.')
  } else if (!NAME.test(value) || value !== value.toLowerCase()) {
    refuse(context, [], 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid')
  }
})
const localizations = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? null)
const choice = z.object({
  name: text(1, 100),
  name_localizations: localizations,
  value: z.union([text(0, 100), z.number()]),
})

const base = {
  name,
  name_localizations: localizations,
  description: text(1, 100),
  description_localizations: localizations,
}

const leaf = z
  .object({
    ...base,
    type: z.literal([3, 4, 5, 6, 7, 8, 9, 10, 11]),
    required: optional(z.boolean()),
    choices: optional(list(choice, 0, 25)),
    autocomplete: optional(z.boolean()),
    min_value: optional(z.number()),
    max_value: optional(z.number()),
    min_length: optional(z.int().min(0).max(6000)),
    max_length: optional(z.int().min(1).max(6000)),
    channel_types: optional(z.array(z.int())),
  })
  .superRefine((option, context) => {
    const isText = option.type === OPTION.string
    const isNumber = option.type === OPTION.integer || option.type === OPTION.number
    if (option.autocomplete && (option.choices?.length ?? 0) > 0) {
      refuse(
        context,
        ['autocomplete'],
        'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES',
        'Autocomplete and choices cannot both be set',
      )
    }
    if (option.autocomplete && !isText && !isNumber) {
      refuse(context, ['autocomplete'], 'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID', 'Not allowed for this type')
    }
    const seen = new Set<unknown>()
    option.choices?.forEach((item, index) => {
      if (typeof item.value !== (isText ? 'string' : 'number')) {
        refuse(
          context,
          ['choices', index, 'value'],
          'APPLICATION_COMMAND_OPTIONS_CHOICE_VALUE_TYPE',
          'The value does not have the type of the option',
        )
      }
      if (seen.has(item.name)) {
        refuse(
          context,
          ['choices', index, 'name'],
          'APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_DUPLICATE',
          'The name of a choice is already used',
        )
      }
      seen.add(item.name)
    })
  })

type Ordered = readonly { readonly name: string; readonly required?: boolean | undefined }[]

function checkOrder(options: Ordered, context: z.core.$RefinementCtx<unknown>): void {
  const seen = new Set<string>()
  let isOptionalSeen = false
  options.forEach((option, index) => {
    if (seen.has(option.name)) {
      refuse(context, [index], 'APPLICATION_COMMAND_OPTIONS_NAME_INVALID', 'Option name is already used')
    }
    seen.add(option.name)
    if (option.required === true && isOptionalSeen) {
      refuse(
        context,
        [index],
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      )
    }
    isOptionalSeen ||= option.required !== true
  })
}

const leaves = list(leaf, 0, OPTIONS_MAX).superRefine(checkOrder)
const subcommand = z.object({ ...base, type: z.literal(OPTION.subcommand), options: optional(leaves) })
const group = z.object({
  ...base,
  type: z.literal(OPTION.group),
  options: list(subcommand, 1, OPTIONS_MAX).superRefine((all, context) => checkOrder(all, context)),
})

const options = list(z.discriminatedUnion('type', [leaf, subcommand, group]), 0, OPTIONS_MAX).superRefine(
  (all, context) => {
    const nested = all.filter((option) => option.type === OPTION.subcommand || option.type === OPTION.group).length
    if (nested > 0 && nested < all.length) {
      refuse(
        context,
        [],
        'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
        'Sub-command and sub-command group option types are mutually exclusive to all other types',
      )
    }
    checkOrder(
      all.map((option) => ({ name: option.name, required: 'required' in option ? option.required : undefined })),
      context,
    )
  },
)

export type OptionInput = z.output<typeof leaf> | z.output<typeof subcommand> | z.output<typeof group>

const shape = z.object({
  ...base,
  type: z
    .literal([1, 2, 3])
    .nullish()
    .transform((value) => value ?? 1),
  options: optional(options),
  default_member_permissions: z
    .union([z.string().regex(/^\d+$/), z.number().transform(String)])
    .nullish()
    .transform((value) => value ?? null),
  contexts: z
    .array(z.int().min(0).max(2))
    .nullish()
    .transform((value) => value ?? null),
  integration_types: optional(z.array(z.int().min(0).max(1))),
  nsfw: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
})

/** Characters of names, descriptions and string values of a command and all its options. */
function charactersOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + charactersOf(item), 0)
  if (value === null || typeof value !== 'object') return 0
  let sum = 0
  for (const [key, child] of Object.entries(value)) {
    if (typeof child === 'string' && ['name', 'description', 'value'].includes(key)) sum += lengthOf(child)
    else if (key === 'options' || key === 'choices') sum += charactersOf(child)
  }
  return sum
}

const checkSize = (command: unknown, context: z.core.$RefinementCtx<unknown>): void => {
  if (charactersOf(command) > CHARACTERS_MAX) {
    refuse(context, [], 'APPLICATION_COMMAND_TOO_LARGE', `Command exceeds maximum size (${CHARACTERS_MAX})`)
  }
}

export const commandInput = shape.superRefine(checkSize)
export type CommandInput = z.output<typeof shape>
