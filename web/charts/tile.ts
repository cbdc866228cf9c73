// The patterns that distinguish the parts of a chart without colours, as tiles that a canvas repeats.

/** `solid` has no marks; lines rise, fall or lie; dots are dots. */
export type Pattern = 'solid' | 'rising' | 'dots' | 'lying' | 'falling'

/** Side of a tile, in CSS pixels. */
const tilePixels = 8

/** Draws one tile in a color, its marks in the background color; `scale` is the canvas's pixels per CSS pixel. */
export function tileOf(pattern: Pattern, color: string, ground: string, scale: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  const side = Math.round(tilePixels * scale)
  canvas.width = side
  canvas.height = side
  const context = canvas.getContext('2d')
  if (!context) return canvas

  context.fillStyle = color
  context.fillRect(0, 0, side, side)
  context.strokeStyle = ground
  context.fillStyle = ground
  context.lineWidth = side / 5
  draw(context, pattern, side)
  return canvas
}

function draw(context: CanvasRenderingContext2D, pattern: Pattern, side: number): void {
  const thirds = [-side, 0, side]
  if (pattern === 'lying') context.fillRect(0, side / 2, side, side / 4)
  if (pattern === 'rising') for (const x of thirds) line(context, x, side, x + side, 0)
  if (pattern === 'falling') for (const x of thirds) line(context, x, 0, x + side, side)
  if (pattern !== 'dots') return
  context.beginPath()
  context.arc(side / 2, side / 2, side / 4.5, 0, 2 * Math.PI)
  context.fill()
}

/** A line slightly longer than given, so that tiles fit together at their corners. */
function line(context: CanvasRenderingContext2D, fromX: number, fromY: number, toX: number, toY: number): void {
  const [x, y] = [(toX - fromX) / 8, (toY - fromY) / 8]
  context.beginPath()
  context.moveTo(fromX - x, fromY - y)
  context.lineTo(toX + x, toY + y)
  context.stroke()
}
