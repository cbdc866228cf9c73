// A chart of stacked bars by day, with a legend, a summary, and its numbers as a table. Redrawn when its width or the theme changes.
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type uPlot from 'uplot'
import { tagsIn } from '../locale/i18n.ts'
import { labelled, topsOf, totalOf } from './stacks.ts'
import { type Pattern, tileOf } from './tile.ts'
import { useTheme } from './use-theme.ts'

/** One part of every day's bar, from the bottom up. `tone` is the class with its color. */
export type Part = {
  readonly key: string
  readonly label: string
  readonly tone: string
  readonly pattern: Pattern
  readonly values: readonly number[]
}

type DayChartProps = {
  readonly title: string
  /** The chart in a sentence: shown under the title, and read out in place of the picture. */
  readonly summary: string
  readonly days: readonly string[]
  readonly parts: readonly Part[]
  /** What the numbers of the legend cover while no day is pointed at. */
  readonly whole: string
  readonly dayLabel: (date: string) => string
  readonly amount: (count: number) => string
  readonly onDay: (date: string) => void
  readonly children: JSX.Element
}

/** Height of a chart with its axis, in CSS pixels. */
const heightPixels = 190
/** Width of a day's label, in CSS pixels. */
const labelPixels = 56

/** Shows a chart; `children` is its table. */
export function DayChart(props: DayChartProps): JSX.Element {
  const { title, summary, days, parts, whole, dayLabel, amount, children } = props
  const [pointed, setPointed] = useState<number | null>(null)
  const container = useRef<HTMLDivElement>(null)
  const legend = useRef<HTMLUListElement>(null)
  const theme = useTheme()
  const latest = useRef(props)
  latest.current = props

  useEffect(() => {
    const end = new AbortController()
    const draw = async ({ default: library }: { default: Library }) => {
      if (end.signal.aborted || !container.current || !legend.current) return
      const remove = drawChart(library, container.current, legend.current, latest.current, setPointed)
      end.signal.addEventListener('abort', remove)
    }
    // If the library cannot start, the summary and the table are still there.
    library().then(draw).catch(console.error)
    return () => {
      end.abort()
      setPointed(null)
    }
  }, [days, parts, theme])

  const day = pointed === null ? undefined : days[pointed]
  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        <p>{summary}</p>
      </figcaption>
      <div class="chart-canvas" ref={container} role="img" aria-label={`${title}. ${summary}`} />
      <div class="chart-legend" aria-hidden="true">
        <span>{day === undefined ? whole : dayLabel(day)}</span>
        <ul ref={legend}>
          {parts.map(({ key, label, tone, values }) => (
            <li key={key}>
              <canvas class={`swatch ${tone}`} width="1" height="1" />
              {label} <b>{amount(pointed === null ? totalOf(values) : (values[pointed] ?? 0))}</b>
            </li>
          ))}
        </ul>
      </div>
      {children}
    </figure>
  )
}

type Library = typeof uPlot

/** The library passes `navigator.language` to `Intl`: a browser that states no valid tag gets `en`. */
function library(): Promise<{ default: Library }> {
  if (tagsIn([navigator.language]).length === 0) {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true })
  }
  return import('uplot')
}

/** Draws a chart into its container and its patterns into the legend; returns the function that removes it. */
function drawChart(
  library: Library,
  container: HTMLElement,
  legend: HTMLElement,
  props: DayChartProps,
  point: (day: number | null) => void,
): () => void {
  const scale = window.devicePixelRatio || 1
  const ink = getComputedStyle(container)
  const swatches = [...legend.querySelectorAll('canvas')]
  const ground = ink.backgroundColor
  const tiles = props.parts.map(({ pattern }, index) => {
    const swatch = swatches[index]
    return tileOf(pattern, swatch ? getComputedStyle(swatch).color : ink.color, ground, scale)
  })
  for (const [index, swatch] of swatches.entries()) fillSwatch(swatch, tiles[index], scale)

  const chart = new library(
    options(
      library,
      props,
      tiles,
      { ink: ink.color, ground, line: ink.borderTopColor, width: container.clientWidth },
      point,
    ),
    dataOf(props),
    container,
  )
  const click = () => {
    const date = props.days[chart.cursor.idx ?? -1]
    if (date !== undefined) props.onDay(date)
  }
  chart.over.addEventListener('click', click)
  const observer = new ResizeObserver(() => chart.setSize({ width: container.clientWidth, height: heightPixels }))
  observer.observe(container)
  return () => {
    observer.disconnect()
    chart.destroy()
  }
}

function fillSwatch(swatch: HTMLCanvasElement, tile: HTMLCanvasElement | undefined, scale: number): void {
  swatch.width = Math.round(14 * scale)
  swatch.height = Math.round(14 * scale)
  const context = swatch.getContext('2d')
  const fill = tile && context?.createPattern(tile, 'repeat')
  if (!context || !fill) return
  context.fillStyle = fill
  context.fillRect(0, 0, swatch.width, swatch.height)
}

/** The days by index, then the tops of the parts, the highest first, so that lower ones are drawn over them. A count of 0 has no bar. */
const dataOf = ({ days, parts }: DayChartProps): uPlot.AlignedData => [
  days.map((_, index) => index),
  ...topsOf(parts.map(({ values }) => values))
    .map((tops, part) => tops.map((top, index) => (parts[part]?.values[index] ? top : null)))
    .toReversed(),
]

type Look = { readonly ink: string; readonly ground: string; readonly line: string; readonly width: number }

function options(
  library: Library,
  { days, parts, dayLabel, amount }: DayChartProps,
  tiles: readonly HTMLCanvasElement[],
  { ink, ground, line, width }: Look,
  point: (day: number | null) => void,
): uPlot.Options {
  const font = `12px ${getComputedStyle(document.body).fontFamily}`
  const bars = library.paths.bars?.({ size: [0.8, 36], gap: 0 })
  return {
    width,
    height: heightPixels,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false, setScale: false } },
    hooks: { setCursor: [(chart) => point(chart.cursor.idx ?? null)] },
    scales: {
      x: { time: false, range: [-0.6, days.length - 0.4] },
      y: { range: (_chart, _low, high) => [0, Math.max(4, high * 1.05)] },
    },
    axes: [
      {
        stroke: ink,
        font,
        grid: { show: false },
        ticks: { stroke: line, width: 1, size: 4 },
        size: 28,
        splits: (chart) => [...labelled(days.length, Math.floor(chart.bbox.width / labelPixels / devicePixelRatio))],
        values: (_chart, splits) => splits.map((index) => dayLabel(days[index] ?? '')),
      },
      {
        stroke: ink,
        font,
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        size: 48,
        space: 40,
        incrs: [1, 2, 5]
          .flatMap((step) => [0, 1, 2, 3, 4, 5, 6].map((power) => step * 10 ** power))
          .sort((a, b) => a - b),
        values: (_chart, splits) => splits.map(amount),
      },
    ],
    series: [
      {},
      ...parts.toReversed().map((part) => ({
        label: part.label,
        stroke: ground,
        // A line between narrow bars would leave nothing of them.
        width: width / days.length < 10 ? 0 : 1,
        points: { show: false },
        ...(bars && { paths: bars }),
        fill: (chart: uPlot) => {
          const tile = tiles[parts.indexOf(part)]
          return (tile && chart.ctx.createPattern(tile, 'repeat')) ?? ink
        },
      })),
    ],
  }
}
