// A small chart: for each day one bar, or two beside each other. It is not read out: the words and the table beside it say the same.
import type { JSX } from 'preact'

type Bars = {
  readonly label: string
  /** The class with the color of these bars. */
  readonly tone: string
  readonly values: readonly number[]
}

type PairChartProps = {
  /** The labels of the days. */
  readonly days: readonly string[]
  /** The bars of each day, at most two, from left to right. */
  readonly bars: readonly Bars[]
}

/** Width of a day and height of the highest bar, in units of the drawing. */
const [dayWidth, barHeight] = [40, 60]
/** Room above the bars for their numbers, and below them for the days. */
const [above, below] = [14, 16]

/** Shows the bars with their numbers, and which is which. */
export function PairChart({ days, bars }: PairChartProps): JSX.Element {
  const most = Math.max(1, ...bars.flatMap(({ values }) => values))
  const barWidth = Math.min(16, (dayWidth - 6) / bars.length)
  const bottom = above + barHeight
  return (
    <div class="pair-chart" aria-hidden="true">
      <svg aria-hidden="true" viewBox={`0 0 ${days.length * dayWidth} ${bottom + below}`}>
        {days.map((day, index) => {
          const middle = (index + 0.5) * dayWidth
          const left = middle - (barWidth * bars.length) / 2
          return (
            <g key={day}>
              {bars.map(({ label, tone, values }, bar) => {
                const value = values[index] ?? 0
                const [x, height] = [left + bar * barWidth, (value / most) * barHeight]
                return (
                  <g key={label} class={tone}>
                    <rect x={x} y={bottom - height} width={barWidth - 1} height={height} />
                    {value > 0 && (
                      <text x={x + barWidth / 2} y={bottom - height - 3}>
                        {value}
                      </text>
                    )}
                  </g>
                )
              })}
              <text x={middle} y={bottom + below - 3}>
                {day}
              </text>
            </g>
          )
        })}
        <line x1="0" x2={days.length * dayWidth} y1={bottom} y2={bottom} />
      </svg>
      <ul>
        {bars.map(({ label, tone }) => (
          <li key={label}>
            <i class={tone} />
            {label}
          </li>
        ))}
      </ul>
    </div>
  )
}
