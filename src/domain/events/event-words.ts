// The words by which people ask for types of events: actions, categories, sentences, names and numbers. Pure data.
import { type EventCategory, type EventType, eventTypes } from './event-types.ts'
import { plainWordsOf } from './sentences.ts'

/** What was done, in the words for it, and the types that it covers. */
type Action = { readonly words: readonly string[]; readonly covers: (type: EventType) => boolean }

const named =
  (pattern: RegExp) =>
  ({ name }: EventType): boolean =>
    pattern.test(name)

const administrated: ReadonlySet<EventCategory> = new Set([
  ...(['collection', 'group', 'member', 'organization', 'policy', 'provider-user', 'provider-organization'] as const),
  ...(['domain', 'project', 'service-account', 'keytrail'] as const),
])
/** Types of these categories that are use, not administration. */
const use = named(/Client|VaultAccessed|FirstSsoLogin|NotificationBanner|ItemOrganization|_Retrieved$/)

/** Actions that cover several types. Others are found by the beginning of a type's sentence. */
const actions: readonly Action[] = [
  { words: ['viewed', 'seen', 'opened'], covers: named(/_Client(?:Viewed|Toggled)|_Retrieved$/) },
  { words: ['revealed', 'shown'], covers: named(/_ClientToggled/) },
  { words: ['copied'], covers: named(/_ClientCopied/) },
  { words: ['filled', 'autofilled'], covers: named(/_ClientAutofilled$/) },
  { words: ['exported', 'export', 'exports'], covers: named(/_ClientExportedVault$/) },
  { words: ['logged in', 'login', 'logins'], covers: named(/^User_LoggedIn$|_FirstSsoLogin$/) },
  { words: ['failed login', 'failed logins', 'login failed'], covers: named(/^User_FailedLogIn/) },
  { words: ['created', 'added'], covers: named(/_Created|(?:Created|Added)$/) },
  { words: ['edited', 'updated', 'changed'], covers: named(/Updated|Edited|Changed|Replaced/) },
  { words: ['deleted', 'removed'], covers: named(/Deleted|Removed/) },
  {
    words: ['administration', 'admin'],
    covers: (type) => administrated.has(type.category) && !use(type),
  },
]

const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')

const numberMax = 65_535

const codesOf = (covers: (type: EventType) => boolean): readonly number[] =>
  eventTypes.filter(covers).map(({ code }) => code)

/**
 * The types that a word names: an action ("copied", "failed login"), a category ("policy"), a name ("Cipher_ClientViewed"),
 * the beginning of a sentence ("sent item"), or a number, also of a type that the catalogue does not have. Case, hyphens and
 * underscores make no difference. Undefined for any other word.
 */
export function eventTypesCalled(word: string): readonly number[] | undefined {
  const wanted = plain(word)
  if (/^\d{1,5}$/.test(wanted)) return Number(wanted) <= numberMax ? [Number(wanted)] : undefined
  const action = actions.find(({ words }) => words.includes(wanted))
  if (action) return codesOf(action.covers)
  const exact = codesOf(({ category, name }) => plain(category) === wanted || plain(name) === wanted)
  if (exact.length > 0 || wanted === '') return exact.length > 0 ? exact : undefined
  const beginning = codesOf(({ code }) => `${plainWordsOf(code).toLowerCase()} `.startsWith(`${wanted} `))
  return beginning.length > 0 ? beginning : undefined
}

/** One word for each action and category, to choose from. */
export const eventWords: readonly string[] = [
  ...actions.flatMap(({ words: [first] }) => first ?? []),
  ...new Set(eventTypes.map(({ category }) => category)),
]
