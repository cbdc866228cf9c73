// The Markdown of Adaptive Cards as stretches of text: bold, italic, links and escapes (adaptivecards.io, "Text features"). Pure.
import { type Run, run, type Style, webUrl } from './rendering.ts'

/** Longest stretch between two marks, in UTF-16 units: the search for the second one must be bounded. */
const markedCharsMax = 500
const marked = `(?:\\\\.|[^\\\\]){1,${markedCharsMax}}?`

const pattern = new RegExp(
  [
    '\\\\(?<escaped>[\\p{P}\\p{S}])',
    `(?<strong>\\*\\*|__)(?=\\S)(?<strongText>${marked})(?<=\\S)\\k<strong>`,
    `(?<![\\p{L}\\p{N}])(?<mark>[*_])(?=\\S)(?<markedText>${marked})(?<=\\S)\\k<mark>(?![\\p{L}\\p{N}])`,
    `\\[(?<label>(?:\\\\.|[^\\\\\\]]){1,${markedCharsMax}})\\]\\((?<url>[^()\\s]{1,2000})\\)`,
  ].join('|'),
  'u',
)

/** The stretches of a text of a card. Lists stay lines. */
export function markdownRuns(text: string, styles: readonly Style[] = []): readonly Run[] {
  const runs: Run[] = []
  let plain = ''
  const endPlain = () => {
    if (plain !== '') runs.push(run(plain, styles))
    plain = ''
  }
  for (let rest = text; rest !== ''; ) {
    const found = pattern.exec(rest)
    plain += found ? rest.slice(0, found.index) : rest
    if (!found) break
    rest = rest.slice(found.index + found[0].length)
    const { escaped, strongText, markedText, label, url } = found.groups ?? {}
    if (escaped !== undefined) {
      plain += escaped
      continue
    }
    endPlain()
    if (strongText !== undefined) runs.push(...markdownRuns(strongText, [...styles, 'bold']))
    else if (markedText !== undefined) runs.push(...markdownRuns(markedText, [...styles, 'italic']))
    else runs.push(...markdownRuns(label ?? '', styles).map((each) => ({ ...each, url: webUrl(url ?? '') })))
  }
  endPlain()
  return runs
}
