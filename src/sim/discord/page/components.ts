/** What a person does to a message's component or a modal's inputs, as the payload's `data`. */
import type { APIMessage, APIModalInteractionResponseCallbackData } from 'discord.js'
import type { PageModal } from '../page-api.ts'
import { walkComponents } from '../schema/components.ts'
import { lengthOf } from '../schema/form.ts'
import type { World } from '../world.ts'
import { BadOption, resolvedOf } from './options.ts'

type Node = Record<string, unknown>

const BUTTON = 2
const STRING_SELECT = 3
const TEXT_INPUT = 4
const ENTITY_SELECTS: readonly unknown[] = [5, 6, 7, 8]

function findComponent(message: APIMessage, customId: string): Node {
  let found: Node | undefined
  walkComponents(message.components ?? [], (node) => {
    if (node.custom_id === customId) found = node
  })
  if (found === undefined) throw new BadOption('This message has no such component any more')
  if (found.disabled === true) throw new BadOption('This component is disabled')
  return found
}

export function buttonData(message: APIMessage, customId: string): Record<string, unknown> {
  const node = findComponent(message, customId)
  if (node.type !== BUTTON) throw new BadOption('This component is not a button')
  return { id: node.id, component_type: BUTTON, custom_id: customId }
}

const isSelect = ({ type }: Node): boolean => type === STRING_SELECT || ENTITY_SELECTS.includes(type)

/** Checks a select's values against its options and counts. */
function checkSelected(node: Node, values: readonly string[]): void {
  const min = Number(node.min_values ?? 1)
  const max = Number(node.max_values ?? 1)
  if (values.length < min || values.length > max) {
    throw new BadOption(`Choose ${min === max ? min : `${min} to ${max}`}, got ${values.length}`)
  }
  if (node.type !== STRING_SELECT) return
  // Discord’s own shape: a menu of strings has its options.
  const options = node.options as readonly { value: string }[]
  const unknown = values.find((value) => !options.some((option) => option.value === value))
  if (unknown !== undefined) throw new BadOption(`"${unknown}" is not one of the choices`)
}

export function selectData(
  message: APIMessage,
  customId: string,
  values: readonly string[],
  world: World,
): Record<string, unknown> {
  const node = findComponent(message, customId)
  if (!isSelect(node)) {
    throw new BadOption('This component is not a select menu')
  }
  checkSelected(node, values)
  const isEntity = ENTITY_SELECTS.includes(node.type)
  return {
    id: node.id,
    component_type: node.type,
    custom_id: customId,
    values,
    ...(isEntity ? { resolved: resolvedOf(values, world) } : {}),
  }
}

function inputData(node: Node, given: string | readonly string[] | undefined): Node {
  const base = { type: node.type, id: node.id ?? 0, custom_id: node.custom_id }
  if (isSelect(node)) {
    const values = given === undefined ? [] : [given].flat()
    const isRequired = node.required !== false
    if (values.length > 0 || isRequired) checkSelected(node, values)
    return { ...base, values }
  }
  const value = given === undefined ? '' : String(given)
  const length = lengthOf(value)
  const min = node.required === false && length === 0 ? 0 : Number(node.min_length ?? (node.required === false ? 0 : 1))
  const max = Number(node.max_length ?? 4_000)
  const name = String(node.label ?? node.custom_id)
  if (length < min || length > max) {
    throw new BadOption(
      length === 0 ? `${name}: this field is required` : `${name}: expected ${min} to ${max} characters, got ${length}`,
    )
  }
  return { ...base, value }
}

/** The submitted tree: each input with its value, in the modal's own structure. */
export function modalData(
  modal: PageModal,
  values: Readonly<Record<string, string | readonly string[]>>,
  world: World,
): Node {
  const data: APIModalInteractionResponseCallbackData = modal.data
  const used = new Set<string>()
  const entities: string[] = []
  const submit = (node: Node): Node => {
    const { type, id = 0 } = node
    if (type === TEXT_INPUT || isSelect(node)) {
      used.add(String(node.custom_id))
      const given = values[String(node.custom_id)]
      if (ENTITY_SELECTS.includes(type)) entities.push(...[given ?? []].flat())
      return inputData(node, given)
    }
    if (Array.isArray(node.components)) return { type, id, components: node.components.map((item) => submit(item)) }
    if (node.component !== undefined) {
      // Discord’s own shape: a label holds one component.
      const label = { ...(node.component as Node), label: node.label }
      return { type, id, component: submit(label) }
    }
    return { type, id }
  }
  // Walked as plain JSON: the library's union of component types has no common shape to walk by.
  const components = (data.components as unknown as readonly Node[]).map(submit)
  const stray = Object.keys(values).find((key) => !used.has(key))
  if (stray !== undefined) throw new BadOption(`This form has no field "${stray}"`)
  const resolved = entities.length === 0 ? {} : { resolved: resolvedOf(entities, world) }
  return { custom_id: data.custom_id, components, ...resolved }
}
