/**
 * From a checked form to the parts of a message: attachments stored, `attachment://` references resolved, component ids
 * assigned, mentions found. Entry points: `composeAttachments`, `composeEmbeds`, `composeComponents`, `findMentions`.
 */
import { findUser, isRole, userJson } from './directory.ts'
import { apiErrors, type FormIssue } from './errors.ts'
import type { Files, StoredFile, Upload } from './files.ts'
import { FILE_BYTES_MAX } from './files.ts'
import { walkComponents } from './schema/components.ts'
import type { EmbedInput } from './schema/embeds.ts'
import type { MessageInput } from './schema/message.ts'

const FILES_MAX = 10
const SCHEME = 'attachment://'

export interface AttachmentJson {
  readonly id: string
  readonly filename: string
  readonly size: number
  readonly url: string
  readonly proxy_url: string
  readonly content_type: string
  readonly width?: number
  readonly height?: number
  readonly description?: string
  readonly title?: string
  readonly ephemeral?: boolean
}

function attachmentJson(file: StoredFile, more: { description?: string | undefined; title?: string | undefined }) {
  const json: AttachmentJson = {
    id: file.id,
    filename: file.filename,
    size: file.bytes.length,
    url: file.url,
    proxy_url: file.url,
    content_type: file.contentType,
    ...(file.width === null || file.height === null ? {} : { width: file.width, height: file.height }),
    ...(more.description === undefined ? {} : { description: more.description }),
    ...(more.title === undefined ? {} : { title: more.title }),
  }
  return json
}

/** Keeps those of `existing` that the form lists (all, if it lists none), adds and stores the uploaded ones. */
export function composeAttachments(
  input: MessageInput,
  uploads: readonly Upload[],
  existing: readonly AttachmentJson[],
  channelId: string,
  files: Files,
): AttachmentJson[] {
  const listed = input.attachments ?? undefined
  const kept = existing
    .filter((old) => listed === undefined || input.attachments === null || listed.some((item) => item.id === old.id))
    .map((old) => {
      const description = listed?.find((item) => item.id === old.id)?.description
      return description === undefined ? old : { ...old, description }
    })
  if (kept.length + uploads.length > FILES_MAX) {
    throw apiErrors.form([
      { path: ['attachments'], code: 'BASE_TYPE_BAD_LENGTH', message: `Must be between 0 and ${FILES_MAX} in length.` },
    ])
  }
  if (uploads.some((upload) => upload.bytes.length > FILE_BYTES_MAX)) throw apiErrors.entityTooLarge()
  const added = uploads.map((upload) => {
    const item = listed?.find((one) => one.id === String(upload.index))
    const file = files.add(channelId, upload, item?.filename)
    return attachmentJson(file, { description: item?.description, title: item?.title })
  })
  return [...kept, ...added]
}

const byReference = (attachments: readonly AttachmentJson[], url: string): AttachmentJson | undefined =>
  [...attachments].reverse().find((item) => item.filename === decodeURIComponent(url.slice(SCHEME.length)))

type Picture = { readonly url: string } | undefined

/** Ids of the attachments that the embeds show; those do not stand among the message's attachments. */
export function composeEmbeds(embeds: readonly EmbedInput[], attachments: readonly AttachmentJson[]) {
  const used = new Set<string>()
  const resolve = (url: string): string | undefined => {
    if (!url.startsWith(SCHEME)) return url
    const item = byReference(attachments, url)
    if (item !== undefined) used.add(item.id)
    return item?.url
  }
  const picture = (given: Picture) => {
    const url = given === undefined ? undefined : resolve(given.url)
    if (url === undefined) return undefined
    const item = attachments.find((one) => one.url === url)
    return dropUndefined({
      url,
      proxy_url: url,
      width: item?.width ?? 0,
      height: item?.height ?? 0,
      content_type: item?.content_type,
      // The alt text that the file was sent with.
      description: item?.description || undefined,
    })
  }
  const icon = (url: string | undefined) => {
    const resolved = url === undefined ? undefined : resolve(url)
    return resolved === undefined ? {} : { icon_url: resolved, proxy_icon_url: resolved }
  }
  const json = embeds.map((one) =>
    dropUndefined({
      type: 'rich',
      title: one.title || undefined,
      description: one.description || undefined,
      url: one.url,
      timestamp: one.timestamp === undefined ? undefined : new Date(one.timestamp).toISOString(),
      color: one.color,
      footer: one.footer === undefined ? undefined : { text: one.footer.text, ...icon(one.footer.icon_url) },
      author:
        one.author === undefined
          ? undefined
          : dropUndefined({ name: one.author.name, url: one.author.url, ...icon(one.author.icon_url) }),
      image: picture(one.image),
      thumbnail: picture(one.thumbnail),
      fields: one.fields,
    }),
  )
  return { json, used }
}

export function dropUndefined<T extends object>(value: T): T {
  // What is gone was `undefined`, which a type that allows it reads the same.
  return Object.fromEntries(Object.entries(value).filter(([, child]) => child !== undefined)) as T
}

function dropUndefinedDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropUndefinedDeep)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, child]) => child !== undefined)
      .map(([key, child]) => [key, dropUndefinedDeep(child)]),
  )
}

/**
 * A copy of the components with ids in reading order and their media unfurled. Throws 50035 on a missing attachment.
 */
export function composeComponents(
  components: readonly unknown[],
  attachments: readonly AttachmentJson[],
  nextId: () => string,
): unknown[] {
  // Checked by the schema of components before; so are the members below, by their types.
  const copy = dropUndefinedDeep(components) as Record<string, unknown>[]
  const issues: FormIssue[] = []
  const unfurl = (media: { url: string }, path: readonly (string | number)[]) => {
    const item = media.url.startsWith(SCHEME)
      ? byReference(attachments, media.url)
      : attachments.find((one) => one.url === media.url)
    if (item === undefined && media.url.startsWith(SCHEME)) {
      issues.push({
        path: ['components', ...path, 'url'],
        code: 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
        message: 'The referenced attachment was not found',
      })
    }
    const url = item?.url ?? media.url
    return {
      id: nextId(),
      url,
      proxy_url: url,
      width: item?.width ?? null,
      height: item?.height ?? null,
      content_type: item?.content_type ?? null,
      ...(item === undefined ? {} : { attachment_id: item.id }),
    }
  }
  const taken = new Set<number>()
  walkComponents(copy, (node) => typeof node.id === 'number' && node.id > 0 && taken.add(node.id))
  let next = 1
  walkComponents(copy, (node, path) => {
    if (typeof node.id !== 'number' || node.id === 0) {
      while (taken.has(next)) next++
      taken.add(next)
      node.id = next
    }
    if (node.type === 11) node.media = unfurl(node.media as { url: string }, [...path, 'media'])
    if (node.type === 12) {
      node.items = (node.items as Record<string, unknown>[]).map((item, index) => ({
        ...item,
        media: unfurl(item.media as { url: string }, [...path, 'items', index, 'media']),
      }))
    }
    if (node.type === 13) {
      const file = unfurl(node.file as { url: string }, [...path, 'file'])
      const item = attachments.find((one) => one.url === file.url)
      node.file = file
      node.name = item?.filename ?? null
      node.size = item?.size ?? null
    }
  })
  if (issues.length > 0) throw apiErrors.form(issues)
  return copy
}

/** Who a message mentions, as far as `allowed_mentions` lets it. */
export function findMentions(
  content: string,
  components: readonly unknown[],
  allowed: MessageInput['allowed_mentions'],
) {
  const texts = [content]
  walkComponents(components, (node) => typeof node.content === 'string' && texts.push(node.content))
  const all = texts.join('\n')
  const permits = (kind: 'users' | 'roles', id: string): boolean =>
    allowed == null || allowed.parse?.includes(kind) === true || allowed[kind]?.includes(id) === true
  const ids = (pattern: RegExp) => [...new Set([...all.matchAll(pattern)].map((match) => match[1] ?? ''))]
  return {
    mentions: ids(/<@!?(\d+)>/g)
      .filter((id) => permits('users', id))
      .flatMap((id) => findUser(id) ?? [])
      .map(userJson),
    mention_roles: ids(/<@&(\d+)>/g).filter((id) => isRole(id) && permits('roles', id)),
    mention_everyone:
      /@(everyone|here)\b/.test(all) && (allowed == null || allowed.parse?.includes('everyone') === true),
  }
}
