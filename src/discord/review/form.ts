/**
 * The form of a review: what Discord's modal asks, and what comes back. Entry points: `reviewForm`, `readForm`.
 *
 * A modal holds five things: three grades, the tags and the note. Whether the plan was followed is said by the button
 * that opens it; own tags are written in the note.
 */
import {
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  type ModalSubmitFields,
  TextInputStyle,
} from 'discord.js'
import { clip, plain } from '../../feed/embed.ts'
import { planWords } from '../../report/review-words.ts'
import { tagsOf } from '../../review/tags.ts'
import {
  GRADE_MAX,
  GRADE_MIN,
  GRADED,
  type Graded,
  type Grades,
  NOTE_MAX,
  type ReviewContent,
  type ReviewPolicy,
  TAGS_MAX,
} from '../../review/types.ts'
import type { ProfileName } from '../../strategy/types.ts'
import { customId } from '../handlers.ts'
import { PLAN_PARTS, tradeName } from './parts.ts'

/** First part of the form's custom id; then account, trade and whether the plan was followed. */
export const REVIEW_FORM = 'review-form'
const TITLE_MAX = 45
const TAGS_FIELD = 'tags'
const NOTE_FIELD = 'note'
const BAD_SHOWN_MAX = 3

const QUESTIONS: Readonly<Record<Graded, readonly [label: string, description: string]>> = {
  entry: ['Entry', 'Was it the right moment, strike and price?'],
  exit: ['Exit', 'Was it the right moment and price, whatever closed it?'],
  sizing: ['Sizing', 'Was the size right for that day?'],
}
const GRADE_WORDS: Readonly<Record<number, string>> = {
  5: 'nothing to add',
  4: 'good',
  3: 'fair',
  2: 'weak',
  1: 'a mistake',
}
const GRADES = Array.from({ length: GRADE_MAX - GRADE_MIN + 1 }, (_, index) => GRADE_MAX - index)

interface FormRequest {
  readonly accountId: string
  readonly tradeId: string
  readonly profile: ProfileName
  readonly planFollowed: boolean
  /** What the reviewer said before; null: nothing yet. */
  readonly own: ReviewContent | null
}

export function reviewForm(
  { accountId, tradeId, profile, planFollowed, own }: FormRequest,
  { tags }: ReviewPolicy,
): APIModalInteractionResponseCallbackData {
  const plan = planFollowed ? PLAN_PARTS.followed : PLAN_PARTS.broken
  return {
    custom_id: customId(REVIEW_FORM, accountId, tradeId, plan),
    title: clip(`${tradeName({ tradeId, profile })}: ${planWords(planFollowed)}`, TITLE_MAX),
    components: [
      ...GRADED.map((graded) => gradeQuestion(graded, own?.grades[graded] ?? null)),
      tagsQuestion(tags, own),
      noteQuestion(own),
    ],
  }
}

function gradeQuestion(graded: Graded, chosen: number | null): APILabelComponent {
  const [label, description] = QUESTIONS[graded]
  return {
    type: ComponentType.Label,
    label,
    description,
    component: {
      type: ComponentType.StringSelect,
      custom_id: graded,
      placeholder: `${label}: ${GRADE_MIN} to ${GRADE_MAX}`,
      options: GRADES.map((grade) => ({
        label: `${grade} · ${GRADE_WORDS[grade] ?? ''}`,
        value: String(grade),
        ...(grade === chosen ? { default: true } : {}),
      })),
    },
  }
}

/** The desk's tags, and those that the reviewer picked when they were on the list. */
function tagsQuestion(configured: readonly string[], own: ReviewContent | null): APILabelComponent {
  const chosen = own?.tags ?? []
  const written = tagsOf([], own?.note ?? '').tags
  const former = chosen.filter((tag) => !configured.includes(tag) && !written.includes(tag))
  const options = [...configured, ...former]
  return {
    type: ComponentType.Label,
    label: 'Tags',
    description: `Up to ${TAGS_MAX}; add your own in the note, like #fed-day`,
    component: {
      type: ComponentType.StringSelect,
      custom_id: TAGS_FIELD,
      placeholder: 'none',
      required: false,
      min_values: 0,
      max_values: Math.min(TAGS_MAX, options.length),
      options: options.map((tag) => ({
        label: tag,
        value: tag,
        ...(chosen.includes(tag) ? { default: true } : {}),
      })),
    },
  }
}

function noteQuestion(own: ReviewContent | null): APILabelComponent {
  return {
    type: ComponentType.Label,
    label: 'Note',
    description: 'What others should learn from this trade',
    component: {
      type: ComponentType.TextInput,
      custom_id: NOTE_FIELD,
      style: TextInputStyle.Paragraph,
      required: false,
      max_length: NOTE_MAX,
      ...(own === null || own.note === '' ? {} : { value: own.note }),
    },
  }
}

type FormAnswer =
  | { readonly ok: true; readonly content: ReviewContent; readonly remarks: readonly string[] }
  | { readonly ok: false; readonly problem: string }

/** What the form holds is checked as any input from outside: Discord's client is not the only one that can send it. */
export function readForm({ fields }: Pick<ModalSubmitFields, 'fields'>, planFollowed: boolean): FormAnswer {
  const grades = readGrades(fields)
  if (grades === null) {
    const problem = `Expected a grade from ${GRADE_MIN} to ${GRADE_MAX} for entry, exit and sizing. Open the form again.`
    return { ok: false, problem }
  }
  const note = textIn(fields, NOTE_FIELD).trim()
  const { length } = [...note]
  if (length > NOTE_MAX) {
    return { ok: false, problem: `Expected a note of at most ${NOTE_MAX} characters, got ${length}. Shorten it.` }
  }
  const { tags, tooMany, bad } = tagsOf(chosenIn(fields, TAGS_FIELD), note)
  const remarks = [
    ...(tooMany > 0
      ? [`${tooMany} ${tooMany === 1 ? 'tag is' : 'tags are'} left out: a review has at most ${TAGS_MAX}.`]
      : []),
    ...(bad.length > 0
      ? [
          `Not taken as a tag: ${bad
            .slice(0, BAD_SHOWN_MAX)
            .map((text) => plain(text, 60))
            .join(', ')}.`,
        ]
      : []),
  ]
  return { ok: true, content: { grades, planFollowed, tags, note }, remarks }
}

type Fields = ModalSubmitFields['fields']

function chosenIn(fields: Fields, id: string): readonly string[] {
  const field = fields.get(id)
  return field?.type === ComponentType.StringSelect ? field.values : []
}

function textIn(fields: Fields, id: string): string {
  const field = fields.get(id)
  return field?.type === ComponentType.TextInput ? field.value : ''
}

function readGrades(fields: Fields): Grades | null {
  const [entry, exit, sizing] = GRADED.map((graded) => readGrade(chosenIn(fields, graded)))
  return entry == null || exit == null || sizing == null ? null : { entry, exit, sizing }
}

function readGrade(values: readonly string[]): number | null {
  const [value] = values
  return values.length === 1 ? (GRADES.find((grade) => String(grade) === value) ?? null) : null
}
