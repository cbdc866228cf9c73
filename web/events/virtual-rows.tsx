// Rows of one height in a table as long as it likes: only those in sight and some around them are in the document.
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { rowsInSight } from './rows.ts'

type VirtualRowsProps = {
  readonly count: number
  /** The rows from one place to another, the end not included. */
  readonly children: (from: number, to: number) => JSX.Element | JSX.Element[]
  /** Called when the last rows come near. */
  readonly onNearEnd: () => void
  /** Takes a function that brings a row into sight. */
  readonly onReady: (bring: (index: number) => void) => void
}

/** Until a row was measured, in CSS pixels. */
const rowPxGuess = 42
/** This many rows before the end, more are asked for. */
const nearEndRows = 25

export function VirtualRows({ count, children, onNearEnd, onReady }: VirtualRowsProps): JSX.Element {
  const ref = useRef<HTMLTableSectionElement>(null)
  const rowPx = useRef(rowPxGuess)
  const [sight, setSight] = useState({ from: 0, to: 40 })

  const look = () => {
    const element = ref.current
    if (element === null) return
    const measured = element.querySelector<HTMLElement>('.row')?.offsetHeight ?? 0
    if (measured > 0) rowPx.current = measured
    const aboveTopPx = -element.getBoundingClientRect().top
    const next = rowsInSight({ aboveTopPx, heightPx: window.innerHeight, rowPx: rowPx.current }, count)
    setSight((last) => (last.from === next.from && last.to === next.to ? last : next))
    if (next.to >= count - nearEndRows) onNearEnd()
  }
  const latest = useRef(look)
  latest.current = look
  useLayoutEffect(look, [count])
  useEffect(() => {
    const looks = () => latest.current()
    window.addEventListener('scroll', looks, { passive: true })
    window.addEventListener('resize', looks)
    onReady((index) => {
      const top = (ref.current?.getBoundingClientRect().top ?? 0) + index * rowPx.current
      const [lowest, highest] = [marginPx, window.innerHeight - rowPx.current - marginPx]
      if (top < lowest) window.scrollBy(0, top - lowest)
      if (top > highest) window.scrollBy(0, top - highest)
      looks()
    })
    return () => {
      window.removeEventListener('scroll', looks)
      window.removeEventListener('resize', looks)
    }
  }, [])

  const { from, to } = { from: Math.min(sight.from, count), to: Math.min(sight.to, count) }
  return (
    <tbody ref={ref} style={{ height: `${count * rowPx.current}px`, paddingTop: `${from * rowPx.current}px` }}>
      {children(from, to)}
    </tbody>
  )
}

/** Kept free above and below a row that is brought into sight, in CSS pixels: what sticks to the top covers no row. */
const marginPx = 90
