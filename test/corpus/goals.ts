// Rows of goals: what is wanted, what was measured, and by how much a goal is met or missed; in that case what is missing most.

/** A table in Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

export const countOf = <T>(all: readonly T[], is: (each: T) => boolean) => all.filter(is).length
/** The share of those that are so; all of none. */
export const shareOf = <T>(all: readonly T[], is: (each: T) => boolean) =>
  all.length === 0 ? 1 : countOf(all, is) / all.length
const percent = (share: number) => `${Math.round(share * 100)} %`

/** A share that is to be at least so large; `missing` are names of what keeps it from that. */
export const atLeast = (title: string, share: number, goal: number, missing: readonly string[]) => [
  title,
  `at least ${percent(goal)}`,
  percent(share),
  verdict(share >= goal, percent(Math.abs(share - goal)), missing),
]

/** A figure that is to be at most so large; `reasons` are names of what raises it. */
export const atMost = (title: string, figure: number, goal: number, reasons: readonly string[]) => [
  title,
  `at most ${goal}`,
  figure.toFixed(2),
  verdict(figure <= goal, Math.abs(figure - goal).toFixed(2), reasons),
]

const verdict = (met: boolean, by: string, reasons: readonly string[]) =>
  met ? `met, by ${by}` : `**missed by ${by}**: ${reasons.slice(0, 5).join('; ')}`

/** Goals as a table. */
export const goalTable = (rows: readonly (readonly string[])[]): string =>
  table(['goal', 'wanted', 'measured', 'result'], rows)
