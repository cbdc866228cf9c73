// Shows how far a longer piece of work is: one line that is redrawn on a terminal, a line a stage anywhere else.

export type Progress = {
  /** Says how much of a stage is done, as in "sending 200 of 2,000 events"; a stage is known by what is being done. */
  show(doing: string, done: number, total: number, things: string): void
  /** Replaces what is shown by a last line. */
  end(text: string): void
}

/** What of a stream the progress needs. */
type Screen = { readonly isTTY?: boolean; write(text: string): unknown }

const barCharacters = 24
const clearLine = '\r\x1b[K'

/** Progress on this stream, with a heading before each line. */
export function progressOn(screen: Screen, heading: string): Progress {
  return screen.isTTY ? drawn(screen, heading) : written(screen, heading)
}

function drawn(screen: Screen, heading: string): Progress {
  return {
    show: (doing, done, total, things) => {
      const filled = total === 0 ? barCharacters : Math.round((done / total) * barCharacters)
      const bar = '█'.repeat(filled) + '░'.repeat(barCharacters - filled)
      screen.write(`${clearLine}${heading}: ${bar} ${doing} ${count(done)} of ${count(total)} ${things}`)
    },
    end: (text) => screen.write(`${clearLine}${heading}: ${text}\n`),
  }
}

function written(screen: Screen, heading: string): Progress {
  let stage: string | undefined
  return {
    show: (doing, _done, total, things) => {
      if (doing !== stage) screen.write(`${heading}: ${doing} ${count(total)} ${things}\n`)
      stage = doing
    },
    end: (text) => screen.write(`${heading}: ${text}\n`),
  }
}

const count = (number: number) => number.toLocaleString('en-US')
