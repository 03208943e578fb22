/**
 * Tags of a review: lower-case words with dashes, picked from the desk's list or written as `#own-tag` in the note.
 * Pure. Entry points: `tagOf`, `tagsOf`, `parseTagList`.
 */
import { CONFIGURED_TAGS_MAX, TAG_LENGTH_MAX, TAGS_MAX } from './types.ts'

const TAG = new RegExp(`^\\p{L}[\\p{L}\\p{N}-]{0,${TAG_LENGTH_MAX - 1}}$`, 'u')
/** Not in the middle of a word or an address: `a#b` and `/#top` have none. */
const IN_NOTE = /(?<![\p{L}\p{N}/#&_-])#(\p{L}[\p{L}\p{N}_-]*)/gu

/** Null where the text is no tag. */
export function tagOf(text: string): string | null {
  const tag = text
    .trim()
    .normalize('NFC')
    .replace(/^#/, '')
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '-')
    .replace(/-+$/, '')
  return TAG.test(tag) ? tag : null
}

/** The picked tags, then those of the note, each once. `tooMany`: how many were left out. */
export function tagsOf(
  picked: readonly string[],
  note: string,
): { readonly tags: readonly string[]; readonly tooMany: number; readonly bad: readonly string[] } {
  const own = [...note.matchAll(IN_NOTE)].map(([, word = '']) => word)
  const wanted = [...picked, ...own]
  const bad = wanted.filter((text) => tagOf(text) === null)
  const tags = [...new Set(wanted.map(tagOf).filter((tag) => tag !== null))]
  return { tags: tags.slice(0, TAGS_MAX), tooMany: Math.max(0, tags.length - TAGS_MAX), bad }
}

/** A configured list like `late-entry,news`; null where it holds something else, or too many. */
export function parseTagList(text: string): readonly string[] | null {
  const parts = text.split(',').filter((part) => part.trim() !== '')
  const tags = parts.map(tagOf)
  const known = tags.filter((tag) => tag !== null)
  if (known.length !== parts.length || known.length > CONFIGURED_TAGS_MAX || known.length === 0) return null
  return [...new Set(known)]
}
