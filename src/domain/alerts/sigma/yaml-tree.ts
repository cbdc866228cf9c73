// YAML text as a tree in which everything has its offset. Refuses what makes a text mean more than it shows. Pure.
import { Composer, type CST, isMap, isScalar, isSeq, LineCounter, Parser } from 'yaml'
import { depthMax, type FoundProblem } from './problems.ts'

/** A piece of a document; offsets are in UTF-16 units. */
export type Tree = ScalarNode | ListNode | MapNode
export type Scalar = string | number | boolean | null
/** `written` is the value as written: `1.10` is the number 1.1, and was written 1.10. */
export type ScalarNode = {
  readonly kind: 'scalar'
  readonly value: Scalar
  readonly written: string
  readonly offset: number
}
type ListNode = { readonly kind: 'list'; readonly items: readonly Tree[]; readonly offset: number }
type MapNode = { readonly kind: 'map'; readonly entries: readonly Entry[]; readonly offset: number }
export type Entry = { readonly key: string; readonly keyOffset: number; readonly value: Tree }

/** The documents of a text, what is wrong with them, and the way from offsets to lines. */
type Documents = {
  readonly documents: readonly Tree[]
  readonly problems: readonly FoundProblem[]
  readonly placed: Placed
}

/** What was found, by line and column. */
export type Placed = <F extends { readonly offset: number }>(
  found: F,
) => Omit<F, 'offset'> & { readonly line: number; readonly column: number }

/**
 * Reads YAML 1.2 (core schema; JSON is part of it) of one or several documents. Anchors, aliases, tags and directives are
 * refused, and so are keys that stand twice and nesting deeper than `depthMax`: looked for before any tree is built, so
 * that no text costs more than its length.
 */
export function readYaml(text: string): Documents {
  const lines = new LineCounter()
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  const placed: Placed = ({ offset, ...found }) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1), ...found }
  }
  const refused = refusedTokens(tokens)
  if (refused.length > 0) return { documents: [], problems: refused, placed }

  const problems: FoundProblem[] = []
  const documents: Tree[] = []
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
  })
  for (const { errors, contents } of composer.compose(tokens, true, text.length)) {
    for (const { pos, message } of errors) problems.push(problemAt(pos[0], 'yaml-syntax', message))
    if (errors.length === 0 && contents) documents.push(treeOf(contents, '', problems))
  }
  return { documents, problems, placed }
}

const problemAt = (offset: number, reason: FoundProblem['reason'], message: string, member = ''): FoundProblem => ({
  offset,
  member,
  reason,
  message,
})

const refusals: Partial<Record<string, readonly [FoundProblem['reason'], string]>> = {
  anchor: ['yaml-alias', 'Anchors and aliases are not read: write the value where it is used.'],
  alias: ['yaml-alias', 'Anchors and aliases are not read: write the value where it is used.'],
  tag: ['yaml-tag', 'Tags are not read: quote the value if it is meant as text.'],
  directive: ['yaml-directive', 'Directives are not read: this is YAML 1.2.'],
}

/** The tokens of a text that are refused for what they are or how deep they lie; without recursion, for any depth. */
function refusedTokens(tokens: readonly CST.Token[]): FoundProblem[] {
  const found: FoundProblem[] = []
  const waiting = tokens.map((token) => ({ token, depth: 0 })).reverse()
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { token, depth } = next
    const refusal = refusals[token.type]
    if (refusal) found.push(problemAt(token.offset, ...refusal))
    if (depth > depthMax) {
      found.push(problemAt(token.offset, 'too-deep', `Nested deeper than ${depthMax} levels.`))
      break
    }
    const inner = 'items' in token ? depth + 1 : depth
    waiting.push(
      ...partsOf(token)
        .map((part) => ({ token: part, depth: inner }))
        .reverse(),
    )
  }
  return found
}

function partsOf(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return [...token.start, ...(token.value ? [token.value] : []), ...(token.end ?? [])]
  if (token.type === 'block-scalar') return token.props
  if (!('items' in token)) return []
  return token.items.flatMap(({ start, key, sep, value }) => [
    ...start,
    ...(key ? [key] : []),
    ...(sep ?? []),
    ...(value ? [value] : []),
  ])
}

function treeOf(node: unknown, path: string, problems: FoundProblem[]): Tree {
  if (isSeq(node)) {
    const items = node.items.map((item, index) => treeOf(item, joined(path, String(index)), problems))
    return { kind: 'list', items, offset: startOf(node) }
  }
  if (isMap(node)) {
    const entries = new Map<string, Entry>()
    for (const pair of node.items) {
      const key = keyOf(pair.key)
      const keyOffset = startOf(pair.key)
      const member = joined(path, key ?? '')
      if (key === undefined) {
        problems.push(problemAt(keyOffset, 'bad-value', 'The name of a member is text.', path))
        continue
      }
      if (entries.has(key)) problems.push(problemAt(keyOffset, 'duplicate-member', `${key} stands here twice.`, member))
      const value = treeOf(pair.value, member, problems)
      entries.set(key, { key, keyOffset, value: value.offset < 0 ? { ...value, offset: keyOffset } : value })
    }
    return { kind: 'map', entries: [...entries.values()], offset: startOf(node) }
  }
  return scalarOf(node)
}

/** A value that is not written, such as that of `key:`, is null. Half surrogate pairs, which escapes can make, are U+FFFD. */
function scalarOf(node: unknown): ScalarNode {
  const offset = startOf(node)
  if (!isScalar(node)) return { kind: 'scalar', value: null, written: '', offset }
  const { value, source = '' } = node
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) {
    return { kind: 'scalar', value, written: source, offset }
  }
  const text = String(value).toWellFormed()
  return { kind: 'scalar', value: text, written: text, offset }
}

/** Where a node begins; -1 for one that is not written, such as the value of `key:`. */
const startOf = (node: unknown): number => (isScalar(node) || isMap(node) || isSeq(node) ? (node.range?.[0] ?? -1) : -1)

function keyOf(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined
  return typeof key.value === 'string' ? key.value.toWellFormed() : key.source
}

/** The dotted path of a member inside another. */
export const joined = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

/** The member of this name, if the tree is a map that has it. */
export const entryOf = (tree: Tree, name: string): Entry | undefined =>
  tree.kind === 'map' ? tree.entries.find(({ key }) => key === name) : undefined

/** The tree as plain values, as JSON would give them; a member that is left empty (`references:`) is absent. */
export function plainOf(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value
  if (tree.kind === 'list') return tree.items.map(plainOf)
  const given = tree.entries.filter(({ value }) => value.kind !== 'scalar' || value.value !== null)
  return Object.fromEntries(given.map(({ key, value }) => [key, plainOf(value)]))
}

/** The offset of the member at this path, or of the nearest one around it that is there. */
export function offsetAt(tree: Tree, path: readonly string[]): number {
  let [here, offset] = [tree, tree.offset]
  for (const name of path) {
    const entry = entryOf(here, name)
    const next = entry?.value ?? (here.kind === 'list' ? here.items[Number(name)] : undefined)
    if (!next) break
    offset = entry?.keyOffset ?? next.offset
    here = next
  }
  return offset
}
