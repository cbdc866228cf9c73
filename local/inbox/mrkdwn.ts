// Slack's mrkdwn as stretches of text: bold, italic, struck, code, links and mentions (docs.slack.dev/messaging/formatting-message-text). Pure.
import { type Run, run, type Style, webUrl } from './rendering.ts'

/** Longest stretch between two marks, in UTF-16 units: the search for the second one must be bounded. */
const markedCharsMax = 500

const pattern = new RegExp(
  [
    '```(?<block>[^`]{1,3000})```',
    '`(?<code>[^`\\n]{1,3000})`',
    '<(?<command>[^<>\\n]{1,3000})>',
    `(?<![\\p{L}\\p{N}*_~])(?<mark>[*_~])(?=\\S)(?<marked>.{1,${markedCharsMax}}?)(?<=\\S)\\k<mark>(?![\\p{L}\\p{N}*_~])`,
  ].join('|'),
  'u',
)

const marks: Readonly<Record<string, Style>> = { '*': 'bold', _: 'italic', '~': 'strike' }

/** The stretches of a text in mrkdwn. Bare addresses and names are no links: Keytrail sends its text as `verbatim`. */
export function mrkdwnRuns(text: string, styles: readonly Style[] = []): readonly Run[] {
  const runs: Run[] = []
  for (let rest = text; rest !== ''; ) {
    const found = pattern.exec(rest)
    const before = found ? rest.slice(0, found.index) : rest
    if (before !== '') runs.push(run(unescaped(before), styles))
    if (!found) return runs
    runs.push(...runsOf(found.groups ?? {}, styles))
    rest = rest.slice(found.index + found[0].length)
  }
  return runs
}

type Groups = { readonly [name: string]: string | undefined }

function runsOf({ block, code, command, mark, marked }: Groups, styles: readonly Style[]): readonly Run[] {
  const literal = block ?? code
  if (literal !== undefined) return [run(unescaped(literal), [...styles, 'code'])]
  if (command !== undefined) return [commandRun(command, styles)]
  const style = marks[mark ?? '']
  return mrkdwnRuns(marked ?? '', style ? [...styles, style] : styles)
}

/** The content of angle brackets: a link, or a command of Slack. */
function commandRun(command: string, styles: readonly Style[]): Run {
  const bar = command.indexOf('|')
  const target = unescaped(bar < 0 ? command : command.slice(0, bar))
  const label = bar < 0 ? null : unescaped(command.slice(bar + 1))
  if (/^[@#!]/.test(target)) {
    return run(`${target[0] === '#' ? '#' : '@'}${label ?? target.slice(1)}`, [...styles, 'mention'])
  }
  return run(label || target, styles, webUrl(target))
}

const characters: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }
/** A text with the three characters that Slack has escaped everywhere. */
export const unescaped = (text: string): string => text.replace(/&(?:amp|lt|gt);/g, (each) => characters[each] ?? each)
