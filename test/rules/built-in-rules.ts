// The built-in rules as they lie in rules/, with the cases beside them.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type RuleDocument, readRuleDocument } from '../../src/domain/alerts/rule-documents.ts'

/** Where the rules are. */
export const folder = resolve(import.meta.dirname, '../../rules')
const testEnding = '.test.yaml'
const files = readdirSync(folder)

/** The names of the rules: those of their files, without ending. */
export const ruleNames = files
  .filter((file) => file.endsWith('.yaml') && !file.endsWith(testEnding))
  .map((file) => file.slice(0, -'.yaml'.length))
  .sort()
/** The names of the files with cases, without ending. */
export const caseNames = files
  .filter((file) => file.endsWith(testEnding))
  .map((file) => file.slice(0, -testEnding.length))

/** The text of a rule. */
export const textOf = (name: string): string => readFileSync(join(folder, `${name}.yaml`), 'utf8')
/** The text of its cases. */
export const casesTextOf = (name: string): string => readFileSync(join(folder, `${name}${testEnding}`), 'utf8')

/** A built-in rule; throws if its document is invalid. */
export function ruleOf(name: string): RuleDocument {
  const read = readRuleDocument(textOf(name), { builtIn: true })
  if (read.kind === 'rule') return read.rule
  const problems = read.problems.map(({ line, member, message }) => `line ${line}, ${member}: ${message}`)
  throw new Error(`${name}: ${problems.join(' ')}`)
}
