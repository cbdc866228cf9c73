// The rows of a table of any length: only the visible ones and some around them are in the document.
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type Heights, type Row, rowsInSight, topsOf } from './rows.ts'

type VirtualRowsProps = {
  readonly rows: readonly Row[]
  /** The rows of a range, its end not included. Each has its kind as a class, and rows of a kind have one height. */
  readonly children: (from: number, to: number) => JSX.Element | JSX.Element[]
  /** Called when the last rows come near. */
  readonly onNearEnd: () => void
  /** Gets a function that scrolls to a row. */
  readonly onReady: (bring: (index: number) => void) => void
}

/** Before rows are measured. */
const heightsGuess: Heights = { day: 40, event: 40 }
/** More rows are loaded this many rows before the end. */
const nearEndRows = 25
/** Kept free above and below a row that is brought into sight, in CSS pixels: what sticks to the top covers no row. */
const marginPx = 90

export function VirtualRows({ rows, children, onNearEnd, onReady }: VirtualRowsProps): JSX.Element {
  const ref = useRef<HTMLTableSectionElement>(null)
  const [heights, setHeights] = useState(heightsGuess)
  const [sight, setSight] = useState({ from: 0, to: 40 })
  const tops = useMemo(() => topsOf(rows, heights), [rows, heights])

  const look = () => {
    const element = ref.current
    if (element === null) return
    setHeights((last) => measured(element, last))
    const fromPx = -element.getBoundingClientRect().top
    const next = rowsInSight(tops, { fromPx, heightPx: window.innerHeight })
    setSight((last) => (last.from === next.from && last.to === next.to ? last : next))
    if (next.to >= rows.length - nearEndRows) onNearEnd()
  }
  const bring = (index: number) => {
    const above = ref.current?.getBoundingClientRect().top ?? 0
    const [top, bottom] = [above + (tops[index] ?? 0), above + (tops[index + 1] ?? 0)]
    if (top < marginPx) window.scrollBy(0, top - marginPx)
    else if (bottom > window.innerHeight - marginPx) window.scrollBy(0, bottom - window.innerHeight + marginPx)
    look()
  }
  const latest = useRef({ look, bring })
  latest.current = { look, bring }
  useLayoutEffect(look, [tops])
  useEffect(() => {
    const looks = () => latest.current.look()
    window.addEventListener('scroll', looks, { passive: true })
    window.addEventListener('resize', looks)
    onReady((index) => latest.current.bring(index))
    return () => {
      window.removeEventListener('scroll', looks)
      window.removeEventListener('resize', looks)
    }
  }, [])

  const [from, to] = [Math.min(sight.from, rows.length), Math.min(sight.to, rows.length)]
  return (
    <tbody ref={ref} style={{ height: `${tops.at(-1)}px`, paddingTop: `${tops[from]}px` }}>
      {children(from, to)}
    </tbody>
  )
}

/** The heights of the rendered rows; the same object if they have not changed. */
function measured(element: HTMLElement, last: Heights): Heights {
  const of = (kind: 'day' | 'event') => element.querySelector<HTMLElement>(`.${kind}`)?.offsetHeight ?? last[kind]
  const now = { day: of('day'), event: of('event') }
  return now.day === last.day && now.event === last.event ? last : now
}
