/**
 * Whatever says something to Discord is held to its limits by a test: a builder that no such test names fails here.
 *
 * 1. Embeds are made by `embed()` alone, which cuts what is too long; modals are shown and choices offered in the files
 *    named here.
 * 2. Every exported function that gives an embed, a reply, a post, a modal or a text of a message is named in a test
 *    that checks the limits, or made only of one that is.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../src/config/paths.ts'

const read = (path: string): string => readFileSync(join(PROJECT_ROOT, path), 'utf8')
const filesIn = (...folders: string[]): readonly string[] =>
  folders.flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map((name) => join(folder, name)),
  )

const SOURCES = filesIn('src/discord', 'src/feed', 'commands').map((path) => [path, read(path)] as const)
const CHECKS = filesIn('test/discord', 'test/feed')
  .map(read)
  .filter((text) => text.includes('problemsOf(') || text.includes('within_limits'))

const GIVES = /APIEmbed|\bReply\b|\bPost\b|APIModal|APIActionRow|NotesMessage/
/** From `export function name(` to the end of what it returns. */
const EXPORTED = /^export (?:async )?function (\w+)(?:<[^>]*>)?\(([\s\S]*?)\n?\): ([^\n{]+|\{[^\n]*\}) \{$/gm

/** Every post comes out of `render`, which is held to the limits for every event there is. */
const BEHIND_RENDER = 'src/feed/render/'

/** What adds nothing to one that is checked: it reads what that one shows, or wraps it. */
const MADE_OF: Readonly<Record<string, string>> = {
  answered: 'pendingReply',
  runDrill: 'embed',
  askStudy: 'progressReply',
  cancelStudy: 'studyProgress',
  cardBody: 'cardEmbed',
  configReply: 'configEmbed',
  healthReply: 'healthEmbed',
  refusedReply: 'preflightEmbed',
  refusedStart: 'preflightEmbed',
  reportReply: 'reportEmbed',
  statisticsEmbed: 'reviewListReply',
  statusReply: 'statusEmbed',
  tradeCardEmbed: 'embedOf',
  tradeReply: 'tradeEmbed',
  tradeOfAccount: 'tradeEmbed',
  tradesReply: 'tradesEmbed',
  validateReply: 'preflightEmbed',
  verdictReply: 'verdictEmbed',
  whyReply: 'whyShown',
}

const builders = SOURCES.filter(([path]) => !path.startsWith(BEHIND_RENDER) || path.endsWith('/index.ts')).flatMap(
  ([path, text]) =>
    [...text.matchAll(EXPORTED)].flatMap(([, name = '', , result = '']) =>
      GIVES.test(result) ? [{ name, path }] : [],
    ),
)
const isChecked = (name: string): boolean => CHECKS.some((text) => new RegExp(`\\b${name}\\b`).test(text))

describe('what says something to Discord', () => {
  test('is named in a test of the limits, or made of one that is', () => {
    expect(builders.length).toBeGreaterThan(30)
    const missing = builders.filter(({ name }) => !isChecked(MADE_OF[name] ?? name))
    expect(missing.map(({ name, path }) => `${name} in ${path}`)).toEqual([])
    const known = new Set(builders.map(({ name }) => name))
    expect(Object.keys(MADE_OF).filter((name) => !known.has(name))).toEqual([])
  })

  test('is made by nobody but `embed`, and what remakes a post', () => {
    const makers = SOURCES.filter(([, text]) => /\bcolor:|EmbedBuilder|ModalBuilder|ActionRowBuilder/.test(text))
    expect(makers.map(([path]) => path)).toEqual([
      'src/discord/views/card-embed.ts',
      'src/feed/embed.ts',
      'src/feed/remade.ts',
    ])
    const modals = SOURCES.filter(([, text]) => text.includes('showModal('))
    expect(modals.map(([path]) => path)).toEqual(['src/discord/review/handlers.ts'])
    const offering = SOURCES.filter(([, text]) => text.includes('.respond('))
    expect(offering.map(([path]) => path)).toEqual(['src/discord/router.ts'])
  })
})
