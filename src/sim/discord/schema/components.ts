/**
 * Message components as Discord accepts them. Entry points: `componentsV1`, `componentsV2`. Both also see to the limits
 * over a whole message: unique custom ids and component ids, 5 rows or 40 components, 4,000 characters of text
 * displays.
 */
import { z } from 'zod'
import { componentId, customId, emoji } from './component-parts.ts'
import { lengthOf, list, optional, refuse, snowflake, text } from './form.ts'
import { entitySelects, stringSelect } from './selects.ts'

const ROWS_MAX = 5
const COMPONENTS_V2_MAX = 40
const DISPLAY_CHARACTERS_MAX = 4_000
const LINK_STYLE = 5
const PREMIUM_STYLE = 6

const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false)

const httpUrl = text(1, 512).refine((value) => /^(https?|discord):\/\/\S+$/.test(value), {
  params: { code: 'URL_TYPE_INVALID_URL' },
  error: 'Not a well formed URL.',
})

export const button = z
  .object({
    type: z.literal(2),
    id: componentId,
    style: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal(6)]),
    label: optional(text(0, 80)),
    emoji: optional(emoji),
    custom_id: optional(customId),
    url: optional(httpUrl),
    sku_id: optional(snowflake),
    disabled: optional(z.boolean()),
  })
  .superRefine((value, context) => {
    const required = (field: string) => refuse(context, [field], 'BASE_TYPE_REQUIRED', 'This field is required')
    if (value.style === PREMIUM_STYLE) {
      if (value.sku_id === undefined) required('sku_id')
      return
    }
    if (value.style === LINK_STYLE) {
      if (value.url === undefined) required('url')
      if (value.custom_id !== undefined) {
        refuse(context, [], 'COMPONENT_CUSTOM_ID_AND_URL', 'A custom id and url cannot both be specified')
      }
    } else {
      if (value.custom_id === undefined) required('custom_id')
      if (value.url !== undefined) {
        refuse(context, [], 'COMPONENT_CUSTOM_ID_AND_URL', 'A custom id and url cannot both be specified')
      }
    }
    if (!value.label && value.emoji === undefined) {
      refuse(context, [], 'BUTTON_COMPONENT_INVALID_LABEL_OR_EMOJI', 'A label or an emoji must be specified')
    }
  })

const rowItem = z.discriminatedUnion('type', [button, stringSelect, ...entitySelects])

const actionRow = z
  .object({ type: z.literal(1), id: componentId, components: list(rowItem, 1, 5) })
  .superRefine((row, context) => {
    const selects = row.components.filter((component) => component.type !== 2).length
    if (selects > 0 && row.components.length > 1) {
      refuse(
        context,
        ['components'],
        'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
        'The specified component exceeds the maximum width',
      )
    }
  })

export const textDisplay = z.object({ type: z.literal(10), id: componentId, content: text(1, 4_000) })

const media = z.object({
  url: z
    .string()
    .min(1)
    .max(2048)
    .refine((value) => /^(https?:\/\/|attachment:\/\/)\S+$/.test(value), {
      params: { code: 'URL_TYPE_INVALID_SCHEME' },
      error: "Scheme must be one of ('http', 'https', 'attachment').",
    }),
})

const description = text(0, 1024)
  .nullish()
  .transform((value) => value ?? null)

const thumbnail = z.object({ type: z.literal(11), id: componentId, media, description, spoiler: flag })

const section = z.object({
  type: z.literal(9),
  id: componentId,
  components: list(textDisplay, 1, 3),
  accessory: z.discriminatedUnion('type', [button, thumbnail]),
})

const mediaGallery = z.object({
  type: z.literal(12),
  id: componentId,
  items: list(z.object({ media, description, spoiler: flag }), 1, 10),
})

const file = z.object({
  type: z.literal(13),
  id: componentId,
  file: media.refine((value) => !/^https?:/.test(value.url), {
    params: { code: 'URL_TYPE_INVALID_SCHEME' },
    error: "Scheme must be one of ('attachment',).",
  }),
  spoiler: flag,
})

const separator = z.object({
  type: z.literal(14),
  id: componentId,
  divider: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
  spacing: z
    .union([z.literal(1), z.literal(2)])
    .nullish()
    .transform((value) => value ?? 1),
})

const container = z.object({
  type: z.literal(17),
  id: componentId,
  components: list(
    z.discriminatedUnion('type', [actionRow, section, textDisplay, mediaGallery, file, separator]),
    1,
    COMPONENTS_V2_MAX,
  ),
  accent_color: z
    .int()
    .min(0)
    .max(0xffffff)
    .nullish()
    .transform((value) => value ?? null),
  spoiler: flag,
})

const topLevel = z.discriminatedUnion('type', [
  actionRow,
  section,
  textDisplay,
  mediaGallery,
  file,
  separator,
  container,
])

type Path = readonly (string | number)[]

/** Visits every component of a tree with its path; `visit` sees parents before children. */
export function walkComponents(
  value: unknown,
  visit: (node: Record<string, unknown>, path: Path) => void,
  path: Path = [],
) {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walkComponents(item, visit, [...path, index])
  } else if (value !== null && typeof value === 'object') {
    // An object, of whatever members.
    const node = value as Record<string, unknown>
    if (typeof node.type === 'number') visit(node, path)
    for (const key of ['components', 'component', 'accessory']) {
      if (node[key] !== undefined) walkComponents(node[key], visit, [...path, key])
    }
  }
}

/** Checks what no single component can: uniqueness and sums. */
export function checkWhole(components: unknown, context: z.core.$RefinementCtx<unknown>): void {
  const customIds = new Set<unknown>()
  const ids = new Set<unknown>()
  let count = 0
  let characters = 0
  walkComponents(components, (node, path) => {
    count++
    if (node.type === 10 && typeof node.content === 'string') characters += lengthOf(node.content)
    if (node.custom_id !== undefined) {
      if (customIds.has(node.custom_id)) {
        refuse(
          context,
          [...path, 'custom_id'],
          'COMPONENT_CUSTOM_ID_DUPLICATED',
          'Component custom id cannot be duplicated',
        )
      }
      customIds.add(node.custom_id)
    }
    if (typeof node.id === 'number' && node.id > 0) {
      if (ids.has(node.id))
        refuse(context, [...path, 'id'], 'COMPONENT_ID_DUPLICATED', 'Component id cannot be duplicated')
      ids.add(node.id)
    }
  })
  if (count > COMPONENTS_V2_MAX) {
    refuse(
      context,
      [],
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
      `The total number of components must be ${COMPONENTS_V2_MAX} or fewer (got ${count})`,
    )
  }
  if (characters > DISPLAY_CHARACTERS_MAX) {
    refuse(
      context,
      [],
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      `The total displayable text must be ${DISPLAY_CHARACTERS_MAX} or fewer in length (got ${characters})`,
    )
  }
}

/** Components of a message without the flag IS_COMPONENTS_V2: at most five action rows. */
export const componentsV1 = list(z.discriminatedUnion('type', [actionRow]), 0, ROWS_MAX).superRefine(checkWhole)
export const componentsV2 = list(topLevel, 1, COMPONENTS_V2_MAX).superRefine(checkWhole)
