// One vocabulary: docs/glossary.md defines the project's words; those that they replaced are used nowhere, in code or in prose.
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** Retired words, and what to write instead. Names in camel case are read as words: `setAside` is "set aside". */
const retired = [
  [/\b(?:wakes?|woken?|waking)\b/, 'scheduled evaluation; schedule, cancel'],
  [/\b(?:rule ?)?books?\b/, 'rule configuration'],
  [/\brule packs?\b|\bthe pack\b/, 'built-in rules'],
  [/\bown rules?\b/, 'custom rule'],
  [/\bown events?\b/, 'audit event'],
  [/\bown logs?\b/, 'personal log'],
  [/\brule texts?\b/, 'rule document'],
  [/\bsightings?\b/, 'first-seen tracking; observe'],
  [/\b(?:speaks?|spoke|spoken)\b/, 'fires, fired'],
  [/\b(?:falls?|fell|fallen) quiet\b/, 'resolves, resolved'],
  [/\b(?:holds?|held|holding) back\b/, 'suppress, suppressed'],
  [/\bgauges?\b/, 'window aggregate'],
  [/\bkept texts?\b/, 'state entry'],
  [/\bmemos?\b/, 'metadata'],
  [/\bsealed to\b/, 'watermark'],
  [/\b(?:set|sets|setting|put|puts|putting) (?:aside|away)\b/, 'dead-letter'],
  [/\b(?:tells?|told|telling|untold)\b/, 'notify, say, distinguish'],
  [/\b(?:leave|leaves|leaving|left) out\b/, 'skip, omit'],
  [/\banswers?\b/, 'response; respond, return'],
  [/\b(?:believ\w+|disbeliev\w+)\b/, 'verify, accept, trust'],
  [/\bremember\w*\b/, 'cache, store, track'],
  [/\bas of\b/, 'not older than'],
  [/\bpeaks?\b/, 'count; most, highest'],
  [/\bscenes?\b/, 'scenario'],
  [/\bgravest\b/, 'by severity'],
  [/\btrouble board\b/, 'connection status'],
  [/\b(?:whoever|whatever|somebody)\b/, 'the plain subject'],
  [/\bstands? in for\b|\bstand-ins?\b/, 'replaces; fake'],
  [/\b(?:do|does|did|doing) without\b/, 'need no; the plain verb'],
  [/\b(?:look|looks|looked|looking) after\b/, 'the plain verb'],
] as const

/** Phrases in which a retired word has another, plain meaning. */
const plain = [
  // A property of alerts in the API.
  /\bheldBack\b/g,
  // A hook of Preact.
  /\buseMemo\b/g,
  // To distinguish.
  /\b[Tt]ell(?:s|ing)? .*\bapart\b/g,
  /\btold apart\b/g,
  // To know.
  /\b(?:cannot|can|can't|could) tell\b/g,
  // The title of a rule.
  /\bexported by somebody who is no owner\b/g,
  // Reasons in messages that the API documents.
  /\bno answer within\b/g,
] as const

const folders = 'src,agent,local,bench,scripts,web,test,docs,rules'
const types = 'ts,tsx,css,html,md,json,yaml'
/** Rules are texts for people, in plain English. */
const exempt = [
  /^rules\/(?!README)/,
  /^package-lock\.json$/,
  /^local\.settings\.json$/,
  /^test\/architecture\/words\.test\.ts$/,
]
const files = globSync([`*.{${types}}`, `{${folders}}/**/*.{${types}}`], { cwd: root }).filter(
  (path) => !exempt.some((pattern) => pattern.test(path)),
)

test('no file uses a retired word', () => {
  expect(files.length).toBeGreaterThan(900)
  expect(files.flatMap(retiredIn)).toEqual([])
})

test.each([
  ['the events that it left out', ['left out']],
  ['const answerOf = setAside', ['answer', 'set aside']],
  ['which nobody can tell apart', []],
])('finds retired words in "%s": %j', (text, words) => {
  expect(
    retiredWords(text)
      .map(({ word }) => word)
      .toSorted(),
  ).toEqual(words)
})

/** Where a file uses which retired words, with what to write instead. */
function retiredIn(path: string): string[] {
  const lines = readFileSync(join(root, path), 'utf8').split('\n')
  return lines.flatMap((line, index) =>
    retiredWords(line).map(({ word, instead }) => `${path}:${index + 1}: "${word}": write ${instead}`),
  )
}

function retiredWords(line: string): { readonly word: string; readonly instead: string }[] {
  const rest = plain.reduce((text, phrase) => text.replaceAll(phrase, ''), line)
  const words = rest.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ').toLowerCase()
  return retired.flatMap(([pattern, instead]) => {
    const word = pattern.exec(words)?.[0]
    return word === undefined ? [] : [{ word, instead }]
  })
}
